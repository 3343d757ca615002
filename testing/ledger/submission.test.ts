import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
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

/** An engine's RPC that says the same of every transaction and makes no blocks: it takes them, where nothing is given. */
async function silentEngine(
  path: string,
  taken: () => void = () => undefined,
  result: object = { code: 0, log: "" },
): Promise<AsyncDisposable> {
  const server = createServer((_request, response) => {
    taken();
    response.end(JSON.stringify({ result }));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a submission", () => {
  it("says that the ledger has no quorum where no block comes, and that the engine is away where it does not answer", async () => {
    await using found = await started({ patience: 300 });
    const { c, one } = found;
    await assert.rejects(one.ledger.submit(await enrolment(c)), coded("ledger/engine"));
    await using _engine = await silentEngine(one.rpc);
    await assert.rejects(one.ledger.submit(await enrolment(c)), coded("ledger/no-quorum"));
  });

  it("is given to the other organisations, once for all who wait, where the own engine has it and no block comes", async () => {
    const carried: Uint8Array[] = [];
    const carry = (transaction: Uint8Array) => Promise.resolve(carried.push(transaction));
    await using found = await started({ carry, patience: submissionLimits.again + 300 });
    const { abci, c, one } = found;
    await using _engine = await silentEngine(one.rpc);
    const [stranded, decided] = [await enrolment(c), await enrolment(c)];
    const answers = [one.ledger.submit(stranded), one.ledger.submit(stranded)];
    await Promise.all(answers.map((each) => assert.rejects(each, coded("ledger/no-quorum"))));
    assert.deepEqual(carried, [stranded]);
    const submitted = one.ledger.submit(decided);
    await abci.call("finalizeBlock", block(c, 1, [decided]));
    await abci.call("commit");
    assert.equal((await submitted).index, 1);
    assert.equal(carried.length, 1);
  });

  it("is given to the others with a few more at a time: they could do nothing either where the quorum is lost", async () => {
    const carried: Uint8Array[] = [];
    const carry = (transaction: Uint8Array, signal: AbortSignal) => {
      carried.push(transaction);
      return once(signal, "abort");
    };
    await using found = await started({ carry, patience: submissionLimits.again + 300 });
    const { c, one } = found;
    await using _engine = await silentEngine(one.rpc);
    const waiting = Array.from({ length: submissionLimits.maxCarried + 4 }, async () =>
      one.ledger.submit(await enrolment(c)),
    );
    await Promise.all(waiting.map((each) => assert.rejects(each, coded("ledger/no-quorum"))));
    assert.equal(carried.length, submissionLimits.maxCarried);
  });

  it("is refused at once for what this node's state lacks, unless the node has missed blocks that may bring it", async () => {
    for (const missed of [60, 66]) {
      await using found = await started();
      const { abci, c, one } = found;
      const { acts, enrols } = await clerkOf(c);
      const log = JSON.stringify({
        code: "identity/unknown",
        error: "ERR",
        message: "unknown",
        remedy: "none",
        status: 403,
      });
      await using _engine = await silentEngine(one.rpc, undefined, { code: 1, codespace: "firmament", log });
      c.now += missed;
      const submitted = one.ledger.submit(acts).then(
        ({ index }) => index,
        ({ code }: Refusal) => code,
      );
      await delay(submissionLimits.lag + 200);
      await abci.call("finalizeBlock", block(c, 1, [enrols, acts]));
      await abci.call("commit");
      assert.equal(await submitted, missed === 66 ? 2 : "identity/unknown");
    }
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
    const lost = Promise.withResolvers<undefined>();
    const forgetful = await silentEngine(one.rpc, () => {
      lost.resolve(undefined);
    });
    const tx = await enrolment(c);
    const submitted = one.ledger.submit(tx);
    await lost.promise;
    await forgetful[Symbol.asyncDispose]();
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
