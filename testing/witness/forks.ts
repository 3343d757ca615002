import { nodeCrypto } from "@firmament/crypto";
import { type Block, Replica } from "@firmament/replica";
import { type Consortium, newSigner } from "@firmament/testing/kit";
import { history } from "./fakes.ts";

/** A block that nobody but its reader is shown: an enrolment of its own, in the place of the next. */
export async function otherBlock(c: Consortium, height: number): Promise<Block> {
  const { key } = await newSigner();
  const enrolment = await c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["auditor"] });
  return { height, time: c.now, transactions: [enrolment] };
}

/** Two histories that a sequencer shows: the same blocks, then as many of either. */
export async function twoHistories(
  c: Consortium,
  lengths: readonly [number, number] = [1, 1],
): Promise<readonly [readonly Block[], readonly Block[]]> {
  const common = history(c);
  const longer = async (count: number) => {
    const blocks: Block[] = [...common];
    for (let i = 0; i < count; i++) blocks.push(await otherBlock(c, common.length + 1 + i));
    return blocks;
  };
  return [await longer(lengths[0]), await longer(lengths[1])];
}

/** A replica in memory of some blocks. */
export function replicaOf(c: Consortium, blocks: readonly Block[]): Replica {
  const replica = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  for (const block of blocks) replica.apply(block);
  return replica;
}
