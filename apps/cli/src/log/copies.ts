import { existsSync } from "node:fs";
import { nodeCrypto } from "@firmament/crypto";
import { HttpLedger } from "@firmament/ledger-http";
import { openDatabase, Replica } from "@firmament/replica";
import { auditDatabase, type AuditReport, type Progress, type RememberedCheckpoint } from "@firmament/replica/audit";
import { CosignedFile } from "@firmament/server/cosigned-file";
import type { Home } from "@firmament/server/home";
import { requirePrivate } from "@firmament/server/tls";
import type { DatabaseSync } from "node:sqlite";
import { refuse } from "../errors.ts";

/** A database file to audit. */
export interface CopyFile {
  readonly name: string;
  readonly path: string;
  /** What it is in its home: a ledger's own, an organisation's replica, or a file that somebody named. */
  readonly role: "ledger" | "named" | "node";
  /** The organisation of a node's replica. */
  readonly owner?: string;
  readonly remembered: readonly RememberedCheckpoint[];
}

/** A copy once it was audited; its database stays open to be compared. */
export interface Copy {
  readonly file: CopyFile;
  readonly database: DatabaseSync;
  readonly report: AuditReport;
}

// A node cosigned its own copy: what it remembers of that lies apart from the replica.
function nodeCopy(home: Home, owner: string): CopyFile {
  const file = home.cosignedFile(owner);
  const last = existsSync(file) ? CosignedFile.open(file).last : undefined;
  const remembered = last === undefined ? [] : [{ ...last, source: `what ${owner} remembers to have cosigned` }];
  return { name: owner, owner, path: home.replicaFile(owner), remembered, role: "node" };
}

function ledgerCopy(name: string, path: string): CopyFile {
  return { name, path, remembered: [], role: "ledger" };
}

/** One organisation's replica. @throws Refusal `cli/file` where its node has not run here */
export function copyOfNode(home: Home, organisation: string): CopyFile {
  const copy = nodeCopy(home, organisation);
  if (!existsSync(copy.path)) throw refuse("cli/file", `${copy.path}: the node of ${organisation} has not run here.`);
  return copy;
}

/** The ledgers' and every node's replica that lie in a home. @throws Refusal `cli/file` where none does */
export async function copiesInHome(home: Home): Promise<readonly CopyFile[]> {
  const owners = (await home.network()).nodes.map((each) => each.organisation);
  const ledgers = owners.map((owner) => ledgerCopy(`ledger of ${owner}`, home.applicationFile(owner)));
  const all = [ledgerCopy("ledger", home.ledgerFile), ...ledgers, ...owners.map((owner) => nodeCopy(home, owner))];
  const there = all.filter(({ path }) => existsSync(path));
  if (there.length === 0) throw refuse("cli/file", `${home.path} has no ledger database and no replica.`);
  return there;
}

/** A file that was named. @throws Refusal `cli/file` */
export function copyAt(path: string): CopyFile {
  if (!existsSync(path)) throw refuse("cli/file", path);
  return { name: path, path, remembered: [], role: "named" };
}

interface AuditCopyOptions {
  readonly genesisFile: Uint8Array | undefined;
  readonly remembered: readonly RememberedCheckpoint[];
  readonly progress: Progress;
}

/** Audits one file; the caller closes its database. */
export function auditCopy(file: CopyFile, { genesisFile, progress, remembered }: AuditCopyOptions): Copy {
  const database = openDatabase(file.path, { readOnly: true });
  try {
    const options = { crypto: nodeCrypto, progress, remembered: [...file.remembered, ...remembered] };
    const report = auditDatabase(database, genesisFile === undefined ? options : { ...options, genesisFile });
    return { database, file, report };
  } catch (cause) {
    database.close();
    throw cause;
  }
}

// A ledger that stops sending holds nobody up for ever.
const MAX_TRANSFER_MS = 1_800_000;

/** A ledger behind HTTP, executed again from nothing up to the height that it names, then audited like a file. */
export async function copyFromUrl(
  url: string,
  { carry, genesisFile, progress }: { carry?: typeof fetch | undefined; genesisFile: Uint8Array; progress: Progress },
): Promise<Copy> {
  const base = new URL(url.endsWith("/") ? url : `${url}/`);
  requirePrivate(base);
  await using ledger = new HttpLedger(base, carry);
  const { height } = await ledger.status();
  const replica = Replica.open("", nodeCrypto, genesisFile);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(MAX_TRANSFER_MS)]);
  try {
    if (height > 0) {
      for await (const block of ledger.blocks(1, signal)) {
        replica.apply(block);
        if (block.height >= height) stop.abort();
      }
    }
    if (replica.status.height < height)
      throw refuse("cli/waited", `${url} sent ${replica.status.height} of ${height} blocks.`);
    const { database } = replica;
    const report = auditDatabase(database, { crypto: nodeCrypto, genesisFile, progress });
    return { database, file: { name: url, path: url, remembered: [], role: "named" }, report };
  } catch (cause) {
    replica[Symbol.dispose]();
    throw cause;
  }
}
