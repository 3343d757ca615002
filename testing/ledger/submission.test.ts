import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { type Refusal } from "@firmament/core/errors";
import { submissionLimits } from "@firmament/ledger-cometbft";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { CometApplications, type RunningApplication } from "./comet-applications.ts";
import { altered, block, coded, enrolment, started } from "./one-application.ts";

/** A new administrator, and its first act, which no state before knows how to judge. */
async function clerkOf(c: Consortium) {
  const clerk = await newSigner();
  return {
    acts: await c.transaction(clerk, "organisation.authority", { certificate: "MAAA" }),
    enrols: await c.transaction(c.member(0).admin, "identity.enrol", { key: clerk.key, roles: ["admin"] }),
  };
}

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

  it("waits beside those for the same transaction, who count too", async () => {
    await using found = await started({ patience: 100 });
    const { c, one } = found;
    const tx = await enrolment(c);
    const answers = await Promise.allSettled(
      Array.from({ length: submissionLimits.maxWaiting + 1 }, () => one.ledger.submit(tx)),
    );
    const codes = answers.map((each) => (each.status === "rejected" ? (each.reason as Refusal).code : "accepted"));
    assert.equal(codes.filter((code) => code === "ledger/busy").length, 1);
  });

  it("that a block accepts has its receipt, whatever a proposer had the same block refuse before", async () => {
    for (const order of ["a false signature first", "too early first"]) {
      await using found = await started();
      const { abci, c, one } = found;
      const { acts, enrols } = await clerkOf(c);
      const submitted = one.ledger.submit(acts);
      const txs = order === "too early first" ? [acts, enrols, acts] : [enrols, altered(acts), acts];
      await abci.call("finalizeBlock", block(c, 1, txs));
      await abci.call("commit");
      assert.equal((await submitted).index, 2, order);
    }
  });

  it("is not refused for the false signature of another one with its id", async () => {
    await using found = await started();
    const { abci, c, one } = found;
    const { acts, enrols } = await clerkOf(c);
    const submitted = one.ledger.submit(acts);
    await abci.call("finalizeBlock", block(c, 1, [enrols, altered(acts)]));
    await abci.call("commit");
    await abci.call("finalizeBlock", block(c, 2, [acts]));
    await abci.call("commit");
    assert.equal((await submitted).index, 2);
  });

  it("is offered again where the first block after a pause has an old time, and refused where the next has it too", async () => {
    for (const isStill of [false, true]) {
      await using found = await started();
      const { abci, c, one } = found;
      const before = c.now;
      c.now += 400;
      const tx = await enrolment(c);
      const submitted = one.ledger.submit(tx).then(
        ({ index }) => index,
        ({ code }: Refusal) => code,
      );
      await abci.call("finalizeBlock", block(c, 1, [tx], before));
      await abci.call("commit");
      await abci.call("finalizeBlock", block(c, 2, [tx], isStill ? before : c.now));
      await abci.call("commit");
      assert.equal(await submitted, isStill ? "transaction/expired" : 1);
    }
  });
});
