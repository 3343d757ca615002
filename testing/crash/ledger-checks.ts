import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fromUtf8, toHex } from "@firmament/core/bytes";
import { append, emptyFrontier, frontierRoot, leafHash } from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { blocksFrom, Replica } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { contentOf } from "../replica/support.ts";
import { type Acknowledged, type LedgerLine, readWork } from "./programs/work.ts";
import type { Trial } from "./sweep.ts";

/** Writes the work of a ledger program: a founded ledger and enrolments, all different. */
export async function writeLedgerWork(file: string, count: number): Promise<void> {
  using c = await Consortium.found();
  const transactions: string[] = [];
  for (let i = 0; i < count; i++) {
    const { key } = await newSigner();
    transactions.push(fromUtf8(await c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["auditor"] })));
  }
  await writeFile(file, JSON.stringify({ genesis: fromUtf8(c.genesisFile), now: c.now, transactions }));
}

export function acknowledged(lines: readonly LedgerLine[]): readonly Acknowledged[] {
  return lines.filter((line) => "receipt" in line);
}

/** Asserts that no receipt depended on what only the page cache knew: whoever reads it may build on it. */
export function assertDurable({ run, title, volatileAt }: Trial<LedgerLine>): void {
  for (const [line, said] of run.lines.entries()) {
    const volatile = "receipt" in said ? (volatileAt[line] ?? ["an unknown line"]) : [];
    // What a checkpoint copies into the database itself stays in the write-ahead log until it is flushed here too.
    const lost = volatile.filter((path) => !path.endsWith("/ledger.db"));
    assert.deepEqual(lost, [], `line ${line}, ${title}`);
  }
}

/** Root of the log at every size, computed from the bare entries. */
function rootsOf({ database }: Replica): readonly string[] {
  const roots: string[] = [];
  let frontier = emptyFrontier;
  for (const { bytes } of database.prepare("SELECT bytes FROM entries ORDER BY idx").all()) {
    assert.ok(bytes instanceof Uint8Array);
    ({ frontier } = append(nodeCrypto, frontier, leafHash(nodeCrypto, bytes)));
    roots.push(toHex(frontierRoot(nodeCrypto, frontier)));
  }
  return roots;
}

// Everything that the file says follows from its blocks, executed again from genesis.
function assertReplays(replica: Replica, genesis: Uint8Array): void {
  using fresh = Replica.open(":memory:", nodeCrypto, genesis);
  for (const block of blocksFrom(replica.database, 1, 1000)) fresh.apply(block);
  assert.deepEqual(contentOf(fresh), contentOf(replica));
}

/**
 * Opens the ledger of a home and asserts that it holds what was acknowledged, every root is right, each transaction
 * gets its receipt again, and the others are still accepted: none twice.
 */
export async function assertLedgerKept(home: string, workFile: string, lines: readonly Acknowledged[]): Promise<void> {
  const { genesis, now, transactions } = readWork(workFile);
  using replica = Replica.open(join(home, "ledger.db"), nodeCrypto, genesis);
  assert.deepEqual({ ...replica.database.prepare("PRAGMA integrity_check").get() }, { integrity_check: "ok" });
  assertReplays(replica, genesis);
  const roots = rootsOf(replica);
  assert.equal(roots.at(-1), toHex(replica.status.root));
  for (const { root, size } of lines) assert.equal(roots[size - 1], root);
  await using ledger = new SqliteLedger(replica, () => now);
  for (const { receipt, which } of lines) {
    assert.deepEqual(await ledger.submit(transactions[which] ?? new Uint8Array()), receipt);
  }
  assert.equal(replica.status.size, roots.length);
  for (const transaction of transactions) await ledger.submit(transaction);
  assert.equal(replica.status.size, 1 + transactions.length);
}
