import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { type Refusal } from "@firmament/core/errors";
import { submissionLimits } from "@firmament/ledger-cometbft";
import { Consortium } from "@firmament/testing/kit";
import { CometApplications, type RunningApplication } from "./comet-applications.ts";
import { coded, enrolment, started } from "./one-application.ts";

describe("a submission", () => {
  it("says that the ledger has no quorum where no block comes, and that the engine is away where it does not answer", async () => {
    await using found = await started({ patience: 300 });
    const { c, one } = found;
    await assert.rejects(one.ledger.submit(await enrolment(c)), coded("ledger/engine"));
    const silent = createServer((_request, response) => {
      response.end(JSON.stringify({ result: { code: 0, log: "" } }));
    });
    await new Promise<void>((resolve) => silent.listen(one.rpc, resolve));
    await assert.rejects(one.ledger.submit(await enrolment(c)), coded("ledger/no-quorum"));
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it("waits with so many others and no more", async () => {
    await using found = await started({ patience: 100 });
    const { c, one } = found;
    const transactions = await Promise.all(
      Array.from({ length: submissionLimits.maxWaiting + 1 }, (_, i) =>
        c.transaction(c.member(0).node, "tick", { time: c.now + i }),
      ),
    );
    const answers = await Promise.allSettled(transactions.map((tx) => one.ledger.submit(tx)));
    const codes = answers.map((each) => (each.status === "rejected" ? (each.reason as Refusal).code : "accepted"));
    assert.equal(codes.filter((code) => code === "ledger/busy").length, 1);
  });

  it("is offered again after its pool was lost, and has one receipt", async () => {
    const c = await Consortium.found({ nodes: true });
    await using applications = new CometApplications(c.genesisFile);
    const one: RunningApplication = await applications.open("one", { clock: () => c.now });
    let lost = 0;
    const forgetful = createServer((_request, response) => {
      lost++;
      response.end(JSON.stringify({ result: { code: 0, log: "" } }));
    });
    await new Promise<void>((resolve) => forgetful.listen(one.rpc, resolve));
    const tx = await enrolment(c);
    const submitted = one.ledger.submit(tx);
    while (lost === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    forgetful.closeAllConnections();
    await new Promise((resolve) => forgetful.close(resolve));
    await using _engine = await applications.engine(() => c.now);
    const receipt = await submitted;
    assert.equal(receipt.index, 1);
    assert.deepEqual(await one.ledger.submit(tx), receipt);
  });
});
