import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, Replica } from "@firmament/replica";
import { type Consortium, newSigner } from "@firmament/testing/kit";
import { cosignNewest } from "../../kit/cosign.ts";

/** A copy whose history is another one after a height, cosigned by the members with these numbers. */
export async function forkAt(c: Consortium, path: string, height: number, by: readonly number[]): Promise<void> {
  using fork = Replica.open(path, nodeCrypto, c.genesisFile);
  for (const block of blocksFrom(c.replica.database, 1, height)) fork.apply(block);
  const body = { className: "sensor", groups: [], key: (await newSigner()).key };
  const bytes = await c.transaction(c.member(0).admin, "device.enrol", body);
  fork.apply({ height: height + 1, time: c.now, transactions: [bytes] });
  for (const i of by) await cosignNewest(fork, c.member(i), c.view().trust(), c.now);
}
