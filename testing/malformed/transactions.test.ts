import assert from "node:assert/strict";
import { test } from "node:test";
import { toHex } from "@firmament/core/bytes";
import { nodeCrypto } from "@firmament/crypto";
import { type BlockFold, Replica } from "@firmament/replica";
import { type Accepted, GoldenLedger } from "../vectors/golden/ledger.ts";
import { tell, tellOfNodes } from "../vectors/golden/story.ts";
import type { MalformedCase } from "./byte-cases.ts";
import { goldenTransactions } from "./golden.ts";
import { seed } from "./random.ts";
import { codeOf, Tally } from "./tally.ts";
import { resigned, unsigned } from "./transaction-cases.ts";

const tally = new Tally();

/** A second ledger on which the golden history happens again. */
function again(ledger: GoldenLedger): Replica {
  const row = ledger.replica.database.prepare("SELECT value FROM meta WHERE name = 'genesis'").get();
  return Replica.open(":memory:", nodeCrypto, row?.["value"] as Uint8Array);
}

/** All that a refused transaction must leave alone. */
function standing({ database }: Replica, fold: BlockFold): unknown {
  fold.flush();
  const rows = database.prepare("SELECT count(*) AS rows FROM state").get();
  return { root: toHex(fold.tree.result().rootHash), rows, size: fold.frontier.size };
}

function refuse(fold: BlockFold, type: string, { bytes, change }: MalformedCase): void {
  const told = `${type}, ${change}`;
  let receipt: unknown;
  try {
    receipt = fold.execute(bytes);
  } catch (error) {
    tally.note(type, codeOf(error, told));
  }
  assert.equal(receipt, undefined, `${told}: it was accepted`);
}

/** Tries malformed transactions in the block that the honest one belongs to, then that one. */
function attempt(replica: Replica, { bytes, receipt, type }: Accepted, cases: readonly MalformedCase[]): void {
  const fold = replica.begin(receipt.time);
  const before = standing(replica, fold);
  const changes = replica.database.prepare("SELECT total_changes() AS written");
  const written = changes.get();
  for (const malformed of cases) {
    refuse(fold, type, malformed);
    assert.deepEqual(changes.get(), written, `${type}, ${malformed.change}: it wrote`);
  }
  assert.deepEqual(standing(replica, fold), before);
  assert.deepEqual(fold.execute(bytes), receipt);
  replica.commit();
}

test("malformed transactions of every type are refused with a code and write nothing; the honest one is then accepted", async () => {
  using ledger = await GoldenLedger.found();
  await tell(ledger);
  using withNodes = await GoldenLedger.found({ nodes: true });
  await tellOfNodes(withNodes);
  const left = new Set(goldenTransactions.map(({ type }) => type));
  for (const told of [ledger, withNodes]) {
    using replica = again(told);
    for (const accepted of told.accepted) {
      const { bytes, type } = accepted;
      const isFirst = left.delete(type);
      const cases = isFirst ? [...unsigned(type, bytes), ...(await resigned(type, bytes, told.members))] : [];
      attempt(replica, accepted, cases);
    }
    assert.deepEqual(replica.status, told.replica.status);
  }
  assert.deepEqual([...left], []);
  console.log([`seed ${seed}`, ...tally.lines(), `${tally.total} cases`].join("\n"));
  assert.ok(tally.total >= 5000, `only ${tally.total} ran`);
});
