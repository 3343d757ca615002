import assert from "node:assert/strict";
import { carried } from "../acts.ts";
import type { FaultCase } from "../case.ts";
import { doctor } from "../cli.ts";
import { commitAt, untilCaughtUp } from "../live.ts";
import { declaration } from "../load.ts";

export const twoKilled: FaultCase = {
  name: "two-killed",
  fault: "all processes of two of four organisations are killed: the ledger halts, says so, and heals",
  seconds: 150,
  async run(stage) {
    const { network } = stage;
    const [first, second, witness] = [network.member(2), network.member(3), network.member(0)];
    await Promise.all([first.kill(), second.kill()]);
    const transaction = await declaration(network, witness);
    await assert.rejects(witness.front.submit(transaction), { code: "ledger/no-quorum" });
    stage.note("a submission is refused: ledger/no-quorum");
    const found = await doctor(witness);
    assert.ok(found.includes("no-quorum"), `doctor found ${found.join(", ")}`);
    stage.note(`doctor finds no-quorum`);
    first.start();
    const started = performance.now();
    await commitAt(network, witness);
    stage.time("first commit after the third came back", performance.now() - started);
    await carried(network, witness, transaction);
    stage.note("the refused transaction was taken once when it was sent again");
    second.start();
    stage.time("fourth has all entries", await untilCaughtUp(network, second));
  },
};
