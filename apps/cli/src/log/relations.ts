import { type Finding, relate } from "@firmament/replica/audit";
import type { Copy } from "./copies.ts";

/** What comparing the copies with one another showed of one of them. */
export interface Compared {
  readonly copy: Copy;
  readonly findings: readonly Finding[];
  /** What need not be wrong. */
  readonly notices: readonly string[];
  /** Another history, and the first entry that differs. */
  readonly forks: readonly { readonly other: Copy; readonly index: number }[];
}

// A running node's copy grows while others are audited: it is cut only where it does not reach that far even now.
function reachOf({ database, report }: Copy): number {
  if (report.counts["audit/database"] !== undefined) return report.size;
  const found = database.prepare("SELECT max(size) AS size FROM blocks").get()?.["size"];
  return typeof found === "number" ? Math.max(found, report.size) : report.size;
}

// A node may have been off. The sequencer's own copy never is behind, nor one below what its owner cosigned, nor
// may one be that somebody holds against another on purpose.
function tailOf(copy: Copy, other: Copy, isDemanded: boolean): Finding | string {
  const { file, report } = copy;
  const cosigned = other.report.cosigners.get(file.owner ?? "") ?? 0;
  if (!isDemanded && reachOf(copy) >= other.report.size)
    return `it grew since: entries from ${report.size} on are not judged`;
  const isCut = isDemanded || file.role === "ledger" || cosigned > report.size;
  const by = cosigned > report.size ? `, where ${file.owner ?? ""} cosigned size ${cosigned}` : "";
  const where = `the end, against ${other.file.name}${by}`;
  const expected = `at least ${other.report.size} entries`;
  if (isCut) return { code: "audit/tail", where, found: `the copy ends at ${report.size}`, expected };
  return `${other.report.size - report.size} entries behind ${other.file.name}: its node was off, or its tail was cut`;
}

// Where the replay ended early, the copy's end is not known.
const isWhole = ({ counts, ledger }: Copy["report"]): boolean =>
  ledger !== undefined && counts["audit/replay"] === undefined;

class Comparison {
  readonly #copy: Copy;
  readonly #demanded: readonly Copy[];
  readonly findings: Finding[] = [];
  readonly notices = new Set<string>();
  readonly forks: { readonly other: Copy; readonly index: number }[] = [];

  constructor(copy: Copy, demanded: readonly Copy[]) {
    this.#copy = copy;
    this.#demanded = demanded;
  }

  add(other: Copy): void {
    const { report } = this.#copy;
    const { name } = other.file;
    if (other.report.findings.length > 0) this.notices.add(`${name} is not sound itself`);
    if (report.size === 0 || other.report.size === 0) return;
    const relation = relate(report, other.report, name);
    if (relation.kind === "blocks") this.findings.push(relation.finding);
    else if (relation.kind === "fork") {
      this.findings.push(relation.finding);
      this.forks.push({ index: relation.index, other });
    } else if (relation.kind === "prefix" && relation.mine < relation.theirs && isWhole(report)) {
      const tail = tailOf(this.#copy, other, this.#demanded.includes(other));
      if (typeof tail === "string") this.notices.add(tail);
      else this.findings.push(tail);
    }
  }
}

/** Compares one audited copy with others, each as far as its transactions could be replayed. */
export function compareWith(copy: Copy, others: readonly Copy[], demanded: readonly Copy[]): Compared {
  const comparison = new Comparison(copy, demanded);
  for (const other of [...demanded, ...others.filter((each) => each !== copy)]) comparison.add(other);
  const { findings, forks, notices } = comparison;
  return { copy, findings, forks, notices: [...notices] };
}
