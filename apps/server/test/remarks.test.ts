import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Remarks } from "../src/engine/ending.ts";

const CONTRADICTION = "wrong Block.Header.AppHash.  Expected AA01, got BB02";

/** A line that the engine writes when somebody knocks who says that he is of this network. */
const knockOf = (network: string) =>
  `I[2026-11-21|19:31:18.836] Inbound Peer rejected                        module=p2p err="incompatible: peer is on a different network. Got ${network}, expected fm-0123456789abcdef" numPeers=3`;

async function failedOf(remarks: Remarks): Promise<string> {
  return Promise.race([remarks.failed, Promise.resolve("not failed")]);
}

describe("what is heard from an engine", () => {
  it("is its own failure and its own contradiction", async () => {
    const remarks = new Remarks();
    remarks.hearEngine(
      `E[2026-11-21|19:31:18.836] CONSENSUS FAILURE!!!                         module=consensus err="${CONTRADICTION}"`,
    );
    assert.match(await failedOf(remarks), /failed to agree/);
    assert.deepEqual(remarks.ending("it ended").contradiction, { ours: "aa01", others: "bb02" });
  });

  it("is not what a stranger who knocks has it log", async () => {
    const remarks = new Remarks();
    for (const network of ["CONSENSUS FAILURE!!! ", CONTRADICTION, "panic: ", "E[] CONSENSUS FAILURE!!! "])
      remarks.hearEngine(knockOf(network));
    assert.equal(await failedOf(remarks), "not failed");
    assert.equal(remarks.ending("it ended").contradiction, undefined);
  });
});
