import { toHex } from "@firmament/core/bytes";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, Replica } from "@firmament/replica";
import type { Consortium } from "@firmament/testing/kit";

/** What two replicas of one sequence must agree on, byte for byte. */
export function contentOf({ database, status }: Replica) {
  const all = (sql: string) => database.prepare(sql).all();
  return {
    blocks: all("SELECT * FROM blocks ORDER BY height"),
    entries: all("SELECT * FROM entries ORDER BY idx"),
    root: toHex(status.root),
    roots: all("SELECT size, hash FROM roots ORDER BY size"),
    state: all("SELECT * FROM state ORDER BY key"),
    status: { ...status, root: toHex(status.root) },
    transactions: all("SELECT * FROM transactions ORDER BY idx"),
    trust: all("SELECT * FROM trust_steps ORDER BY version"),
  };
}

/** Another organisation's replica that executed all blocks of this one. */
export function replay(c: Consortium): Replica {
  const replica = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  for (const block of blocksFrom(c.replica.database, 1, 100_000)) replica.apply(block);
  return replica;
}

/** Makes the next insert into a table fail, as a full disk would. */
export function breakTable({ database }: Replica, table: string): () => void {
  database.exec(
    `CREATE TEMP TRIGGER broken BEFORE INSERT ON main.${table} BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
  );
  return () => database.exec("DROP TRIGGER broken");
}
