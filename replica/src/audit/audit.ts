import type { DatabaseSync } from "node:sqlite";
import type { Crypto } from "@firmament/core/keys";
import { hashBytes } from "@firmament/core/log";
import { decodeGenesis, type Rulebook, rulebook as productRules } from "@firmament/core/registry";
import { blob, integer } from "../rows.ts";
import { inSnapshot } from "../snapshot.ts";
import { type ComparedTable, compareTable } from "./compare.ts";
import {
  checkCosignatures,
  checkRemembered,
  type CosignedReport,
  type RememberedCheckpoint,
  type Replayed,
} from "./cosigned.ts";
import { type AuditCode, type Finding, Findings } from "./finding.ts";
import { genesisOf } from "./genesis.ts";
import { type Progress, Replay } from "./replay.ts";
import { checkRoots } from "./roots.ts";
import { checkDatabase } from "./soundness.ts";
import { TreeAudit } from "./tree.ts";

/** What is audited, and against what. */
export interface AuditOptions {
  readonly crypto: Crypto;
  /** The genesis file that is trusted; the copy's own where there is none. */
  readonly genesisFile?: Uint8Array;
  /** Checkpoints that somebody remembers of the ledger: the log must reach and continue them. */
  readonly remembered?: readonly RememberedCheckpoint[];
  readonly progress?: Progress;
  /** The versions of the rules that the auditor can execute; the product's where none are given. */
  readonly rulebook?: Rulebook;
}

/** An audit's verdict: the copy is sound where nothing was found. */
export interface AuditReport {
  /** `undefined` where no genesis could be read. */
  readonly ledger: string | undefined;
  /** Entries that were replayed. */
  readonly size: number;
  readonly height: number;
  /** RFC 6962 root of those entries. */
  readonly root: Uint8Array;
  /** Time of the last of them, seconds since 1970. */
  readonly time: number;
  /** Their leaf hashes, one after another. */
  readonly leaves: Uint8Array;
  /** Largest size that the trust root's threshold cosigned; what comes after it could be cut off unseen. */
  readonly cosigned: number | undefined;
  /** Largest size of the copy that each organisation truly cosigned. */
  readonly cosigners: ReadonlyMap<string, number>;
  /** Sizes of the log at the ends of its blocks, from block 0 on. */
  readonly ends: readonly number[];
  /** What was compared, and how many rows of it. */
  readonly checked: readonly { readonly what: string; readonly rows: number }[];
  /** The first findings, in the order of the checks. */
  readonly findings: readonly Finding[];
  /** How many there are of each code, those that are not listed too. */
  readonly counts: Readonly<Partial<Record<AuditCode, number>>>;
}

const NOTHING = {
  ledger: undefined,
  size: 0,
  height: -1,
  root: new Uint8Array(0),
  time: 0,
  leaves: new Uint8Array(0),
  ends: [] as readonly number[],
} as const;

/** Tables that a replay gives again; after one that ended early, only what lies before its end is compared. */
function comparedTables(size: number, height: number, isComplete: boolean): readonly ComparedTable[] {
  const upTo = (condition: string) => (isComplete ? {} : { only: condition });
  return [
    // Where an engine stands is its own matter, and no part of the ledger.
    { code: "audit/genesis", key: ["name"], name: "meta", only: "name <> 'mark'" },
    { code: "audit/blocks", key: ["height"], name: "blocks", ...upTo(`height <= ${height}`) },
    { code: "audit/transactions", key: ["idx"], name: "transactions", ...upTo(`idx < ${size}`) },
    { code: "audit/entries", key: ["idx"], name: "entries", ...upTo(`idx < ${size}`) },
    { code: "audit/log-nodes", key: ["level", "idx"], name: "log_nodes", ...upTo(`((idx + 1) << level) <= ${size}`) },
    ...(isComplete
      ? ([
          { code: "audit/state", key: ["key"], name: "state" },
          { code: "audit/trust-steps", key: ["version"], name: "trust_steps" },
        ] as const)
      : []),
  ];
}

function leavesOf(replayed: DatabaseSync, size: number): Uint8Array {
  const leaves = new Uint8Array(size * hashBytes);
  let at = 0;
  for (const row of replayed.prepare("SELECT hash FROM log_nodes WHERE level = 0 ORDER BY idx").iterate()) {
    leaves.set(blob(row, "hash"), at);
    at += hashBytes;
  }
  return leaves;
}

function endsOf(replayed: DatabaseSync): readonly number[] {
  const rows = replayed.prepare("SELECT size FROM blocks ORDER BY height").iterate();
  return Array.from(rows, (row) => integer(row, "size"));
}

class Audit {
  readonly #database: DatabaseSync;
  readonly #options: AuditOptions;
  readonly #findings = new Findings();
  #cosigned: Omit<CosignedReport, "rows"> = { cosigners: new Map(), newest: undefined };
  readonly #checked: { readonly what: string; readonly rows: number }[] = [];

  constructor(database: DatabaseSync, options: AuditOptions) {
    this.#database = database;
    this.#options = options;
  }

  run(): AuditReport {
    const { crypto, genesisFile, rulebook = productRules } = this.#options;
    let isReadable = false;
    this.#findings.guard("audit/database", "the file", () => {
      isReadable = checkDatabase(this.#database, this.#findings.note);
    });
    let status: Pick<AuditReport, keyof typeof NOTHING> = NOTHING;
    if (!isReadable) this.#findings.note("audit/replay", "from entry 0 on", "not judged", "replayed");
    else
      this.#findings.guard("audit/replay", "the replay", () => {
        const database = this.#database;
        const genesis = genesisOf(database, crypto, genesisFile, this.#findings.note);
        if (genesis === undefined) return;
        using replay = new Replay({ crypto, database, genesisFile: genesis, rulebook }, this.#findings.note);
        this.#compare(replay, this.#replayed(replay));
        const { database: replayed, status: at } = replay.replica;
        status = { ...at, ends: endsOf(replayed), leaves: leavesOf(replayed, at.size) };
      });
    return {
      ...status,
      checked: this.#checked,
      cosigned: this.#cosigned.newest,
      cosigners: this.#cosigned.cosigners,
      findings: this.#findings.list,
      counts: Object.fromEntries(this.#findings.counts),
    };
  }

  #replayed(replay: Replay): boolean {
    let isComplete = false;
    this.#findings.guard("audit/transactions", "transactions", () => {
      isComplete = replay.run(this.#options.progress);
    });
    const { size } = replay.replica.status;
    if (!isComplete) this.#findings.note("audit/replay", `from entry ${size} on`, "not judged", "replayed");
    this.#checked.push({ what: "entries replayed, invariants checked at each", rows: size });
    return isComplete;
  }

  #compare(replay: Replay, isComplete: boolean): void {
    const { database, genesis, status } = replay.replica;
    const { height, size } = status;
    const { crypto, remembered = [] } = this.#options;
    const known: Replayed = { crypto, database, isComplete, ledger: genesis.ledger, size };
    for (const each of remembered) checkRemembered(known, each, this.#findings.note);
    if (remembered.length > 0) this.#checked.push({ what: "remembered checkpoints", rows: remembered.length });
    this.#part("audit/cosignatures", "cosignatures", () => {
      const { rows, ...cosigned } = checkCosignatures(this.#database, known, this.#findings.note);
      this.#cosigned = cosigned;
      return rows;
    });
    for (const table of comparedTables(size, height, isComplete)) {
      this.#part(table.code, table.name, () => compareTable(this.#database, database, table, this.#findings.note));
    }
    this.#part("audit/nodes", "nodes", () => this.#tree(known));
  }

  #tree({ crypto, database: replayed, isComplete, size }: Replayed): number {
    const database = this.#database;
    const isWhole = checkRoots(database, replayed, isComplete ? Infinity : size, this.#findings.note);
    return new TreeAudit({ crypto, database, replayed }, this.#findings.note, isWhole && isComplete).run();
  }

  #part(code: AuditCode, what: string, check: () => number): void {
    this.#findings.guard(code, what, () => {
      this.#checked.push({ what, rows: check() });
    });
  }
}

/**
 * Replays a copy of a ledger from nothing and compares all that it holds with what the replay gives (PROTOCOL Y-1).
 * It reads one state of the database, which its owner may go on writing, and changes nothing. Damage is a finding;
 * what this throws is a fault of the auditor.
 *
 * @param database opened to read; it may be damaged in any way
 * @throws Refusal `genesis/…`, `codec/…`, `trust/…` for a trusted genesis file that founds nothing
 */
export function auditDatabase(database: DatabaseSync, options: AuditOptions): AuditReport {
  if (options.genesisFile !== undefined) decodeGenesis(options.crypto, options.genesisFile);
  return inSnapshot(database, () => new Audit(database, options).run());
}
