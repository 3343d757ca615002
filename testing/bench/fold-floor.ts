import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nodeCrypto } from "@firmament/crypto";
import { Replica } from "@firmament/replica";
import { recorder, repeat } from "./floor.ts";
import type { Accepted } from "./sample-registration.ts";
import { median, timed } from "./statistics.ts";

const ROUNDS = 5;

/** Records accepted transactions as one block. */
export function foldBlock(replica: Replica, block: readonly Accepted[]): void {
  const fold = replica.begin(block[0]?.time ?? 0);
  for (const each of block) fold.append(each);
  replica.commit();
}

// All that a block left in the tables, without SQLite's own share.
function bytesSince({ database }: Replica, size: number, node: number, block: readonly Accepted[]): number {
  const sums = [
    ["SELECT sum(length(bytes)) AS sum FROM entries WHERE idx >= ?", size],
    ["SELECT sum(length(bytes) + length(id) + length(result)) AS sum FROM transactions WHERE idx >= ?", size],
    ["SELECT sum(length(hash)) AS sum FROM log_nodes WHERE (idx + 1) << level > ?", size],
    [
      `SELECT sum(coalesce(length(left_hash) + length(right_hash), length(path) + length(key_hash) + length(value)))
       AS sum FROM nodes WHERE id > ?`,
      node,
    ],
  ] as const;
  const tables = sums.reduce((all, [sql, from]) => all + Number(database.prepare(sql).get(from)?.["sum"]), 0);
  const writes = block.flatMap((each) => each.writes);
  return writes.reduce((all, { key, value }) => all + key.join().length + (value?.length ?? 0), tables);
}

/** One row of as many bytes in one commit, as durable as the replica's; milliseconds. */
export function commitMs(folder: string, bytes: number): number {
  const database = new DatabaseSync(join(folder, "bare.sqlite"));
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS bare (bytes BLOB)");
  const insert = database.prepare("INSERT INTO bare VALUES (?)");
  const blob = new Uint8Array(bytes).fill(7);
  const times = Array.from({ length: ROUNDS }, () => timed(() => insert.run(blob)));
  database.close();
  return median(times);
}

/** What one block costs at least: its hashes bare, milliseconds, and the bytes that it leaves. */
export function foldFloor(file: string, genesis: Uint8Array, block: readonly Accepted[]) {
  const { hashes, port } = recorder(nodeCrypto);
  using replica = Replica.open(file, port, genesis);
  const [before, node] = [
    hashes.length,
    Number(replica.database.prepare("SELECT max(id) AS id FROM nodes").get()?.["id"]),
  ];
  const { size } = replica.status;
  foldBlock(replica, block);
  const calls = hashes.slice(before);
  const hashMs = median(Array.from({ length: ROUNDS }, () => timed(() => repeat(calls))));
  return { hashMs, hashes: calls.length, bytes: bytesSince(replica, size, node, block) };
}
