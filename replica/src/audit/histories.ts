import { equal, toHex } from "@firmament/core/bytes";
import { hashBytes } from "@firmament/core/log";
import type { AuditReport } from "./audit.ts";
import type { Finding } from "./finding.ts";

/** How two copies of one ledger stand to each other. */
export type Relation =
  | { readonly kind: "equal" }
  /** One is the beginning of the other; sizes in entries. */
  | { readonly kind: "prefix"; readonly mine: number; readonly theirs: number }
  | { readonly kind: "fork"; readonly index: number; readonly finding: Finding }
  /** The same entries, in other blocks. */
  | { readonly kind: "blocks"; readonly finding: Finding };

function blocksDiffer(mine: AuditReport, theirs: AuditReport, source: string): Finding | undefined {
  const size = Math.min(mine.size, theirs.size);
  for (const [height, end] of mine.ends.entries()) {
    const other = theirs.ends[height];
    if (end === other) continue;
    if (Math.min(end, other ?? Infinity) > size) return undefined;
    const where = `block ${height}, its size, against ${source}`;
    return { code: "audit/blocks", where, found: String(end), expected: String(other ?? "no block") };
  }
  return undefined;
}

/** Compares what the replays of two copies gave: a row that was altered in one of them is no other history. */
export function relate(mine: AuditReport, theirs: AuditReport, source: string): Relation {
  const leaf = ({ leaves }: AuditReport, index: number) => leaves.subarray(index * hashBytes, (index + 1) * hashBytes);
  for (let index = 0; index < Math.min(mine.size, theirs.size); index++) {
    const [own, other] = [leaf(mine, index), leaf(theirs, index)];
    if (equal(own, other)) continue;
    const where = `entry ${index}, its leaf hash, against ${source}`;
    const finding = { code: "audit/history", where, found: toHex(own), expected: toHex(other) } as const;
    return { kind: "fork", index, finding };
  }
  const finding = blocksDiffer(mine, theirs, source);
  if (finding !== undefined) return { kind: "blocks", finding };
  return mine.size === theirs.size ? { kind: "equal" } : { kind: "prefix", mine: mine.size, theirs: theirs.size };
}
