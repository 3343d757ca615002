import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Remarks } from "../src/engine/ending.ts";

const CONTRADICTION = "wrong Block.Header.AppHash.  Expected AA01, got BB02";

const AHEAD = "app block height (62) is higher than core (13)";
const OURS = "B050C85CF6F461F142AF9A091D14DB5154B078881C012E1A19B9F5C53CC928C9";
const OTHERS = "E8C2B705B5727C85FD9A770374FFDE07D93B3AF799A992ACD640EAB822ADCA3C";

/** What v0.40.0 said when it started on an application whose copy was changed: of a block, and of its own state. */
const replays = {
  block: [
    `panic: block.AppHash does not match AppHash after replay. Got ${OURS}, expected ${OTHERS}.`,
    "\t",
    "\tBlock: Block{",
  ],
  state: [
    "panic: state.AppHash does not match AppHash after replay. Got",
    `\t${OURS}, expected ${OTHERS}.`,
    "\t",
    "\tState: {{{11 1} 0.39.0} fm-526458054446ecd0 1 13 F3CC551E13D86A3F6C5D6ED3E3F08D812D46280488E0F4293962608A058F73CA",
  ],
};

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

  for (const [what, lines] of Object.entries(replays)) {
    it(`is what its replay says of a ${what}, whatever else is said meanwhile`, () => {
      const remarks = new Remarks();
      for (const line of lines) for (const each of [line, knockOf("another")]) remarks.hearEngine(each);
      const { contradiction } = remarks.ending("it ended");
      assert.deepEqual(contradiction, { ours: OURS.toLowerCase(), others: OTHERS.toLowerCase() });
    });
  }

  it("is that its application has blocks that it has not", () => {
    const remarks = new Remarks();
    remarks.hearEngine(`ERROR: failed to create node: error during handshake: error on replay: ${AHEAD}`);
    assert.deepEqual(remarks.ending("it ended").ahead, { application: 62, engine: 13 });
  });

  it("is not what a stranger who knocks has it log", async () => {
    const remarks = new Remarks();
    const words = ["CONSENSUS FAILURE!!! ", CONTRADICTION, "panic: ", "E[] CONSENSUS FAILURE!!! ", AHEAD];
    for (const network of [...words, ...replays.block]) remarks.hearEngine(knockOf(network));
    remarks.hearEngine(`\t${OURS}, expected ${OTHERS}.`);
    assert.equal(await failedOf(remarks), "not failed");
    const { ahead, contradiction } = remarks.ending("it ended");
    assert.deepEqual([ahead, contradiction], [undefined, undefined]);
  });
});
