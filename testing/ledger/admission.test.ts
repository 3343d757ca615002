import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fromUtf8, utf8 } from "@firmament/core/bytes";
import { type Crypto } from "@firmament/core/keys";
import { decodeTransaction, seal } from "@firmament/core/registry";
import { admissionLimits } from "@firmament/ledger-cometbft";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { enrolment, block, started, refusalOf, altered } from "./one-application.ts";

const ACCEPT = 1;
const REJECT = 2;
const RECHECK = 1;

describe("admission to the pool", () => {
  it("refuses a stranger before it looks at any signature", async () => {
    let looks = 0;
    const counting: Crypto = {
      ...nodeCrypto,
      verify: (...parts) => {
        looks++;
        return nodeCrypto.verify(...parts);
      },
    };
    await using found = await started({ crypto: counting });
    const { abci, c } = found;
    const [stranger, own] = [await enrolment(c, await newSigner()), await enrolment(c)];
    looks = 0;
    assert.equal(await refusalOf(abci, stranger), "identity/unknown");
    assert.equal(await refusalOf(abci, utf8("{")), "codec/json");
    assert.equal(await refusalOf(abci, new Uint8Array(200_000).fill(0x20)), "codec/too-large");
    assert.equal(looks, 0);
    assert.equal(await refusalOf(abci, own), undefined);
    assert.equal(looks, 1);
  });

  it("names what is wrong: ledger, time, revoked signer, inactive organisation, signature", async () => {
    await using found = await started();
    const { abci, c } = found;
    const other = await Consortium.found({ nodes: true });
    assert.equal(await refusalOf(abci, await enrolment(other, c.member(0).admin)), "transaction/ledger");
    other[Symbol.dispose]();
    const body = { key: (await newSigner()).key, roles: ["auditor"] as const };
    for (const expires of [c.now - 1, c.now + 601]) {
      const late = await c.transaction(c.member(0).admin, "identity.enrol", { ...body, roles: ["auditor"] }, expires);
      assert.equal(await refusalOf(abci, late), "transaction/expired");
    }
    assert.equal(await refusalOf(abci, altered(await enrolment(c))), "transaction/signature");
    const clerk = await newSigner();
    const steps = [
      await c.transaction(c.member(0).admin, "identity.enrol", { key: clerk.key, roles: ["admin"] }),
      await c.transaction(c.member(0).admin, "identity.revoke", { identity: clerk.kid }),
    ];
    const byClerk = await enrolment(c, clerk);
    await abci.call("finalizeBlock", block(c, 1, steps));
    await abci.call("commit");
    assert.equal(await refusalOf(abci, byClerk), "identity/revoked");
  });

  it("bounds what one organisation has waiting, and no other organisation feels it", async () => {
    await using found = await started();
    const { abci, c } = found;
    const flood = await Promise.all(Array.from({ length: admissionLimits.maxPending }, () => enrolment(c)));
    for (const tx of flood) assert.equal(await refusalOf(abci, tx), undefined);
    assert.equal(await refusalOf(abci, await enrolment(c)), "ledger/busy");
    assert.equal(await refusalOf(abci, await enrolment(c, c.member(1).admin)), undefined);
    await abci.call("finalizeBlock", block(c, 1, flood.slice(0, 2)));
    await abci.call("commit");
    for (const tx of flood.slice(2)) assert.equal(await refusalOf(abci, tx, RECHECK), undefined);
    assert.equal(await refusalOf(abci, await enrolment(c)), undefined);
    assert.equal(await refusalOf(abci, await enrolment(c)), undefined);
    assert.equal(await refusalOf(abci, await enrolment(c)), "ledger/busy");
  });
});

describe("what one organisation has waiting", () => {
  it("counts each signature of one transaction", async () => {
    await using found = await started();
    const { abci, c } = found;
    const { admin } = c.member(0);
    const tx = await enrolment(c);
    const { signingInput } = decodeTransaction(nodeCrypto, tx);
    const parts = JSON.parse(fromUtf8(tx)) as { payload: string; protected: string };
    const signed = () => admin.sign(signingInput).then((signature) => seal(parts, signature));
    for (let i = 0; i < admissionLimits.maxPending; i++) assert.equal(await refusalOf(abci, await signed()), undefined);
    assert.equal(await refusalOf(abci, await signed()), "ledger/busy");
  });

  it("is bounded in bytes too, as much as one block has", async () => {
    await using found = await started();
    const { abci, c } = found;
    const large = (i: number, signer = c.member(0).admin) =>
      c.transaction(signer, "trust.next", {
        document: `${i}${"x".repeat(45_000)}`,
        signatures: [{ kid: signer.kid, signature: "A".repeat(86) }],
      });
    const { length } = await large(10);
    for (let i = 10; i < 10 + Math.floor(admissionLimits.maxPendingBytes / length); i++)
      assert.equal(await refusalOf(abci, await large(i)), undefined);
    assert.equal(await refusalOf(abci, await large(99)), "ledger/busy");
    assert.equal(await refusalOf(abci, await large(99, c.member(1).admin)), undefined);
  });
});

describe("a proposal", () => {
  it("is rejected for undecodable bytes and for a false signature by a known key; a new key waits for the block", async () => {
    await using found = await started();
    const { abci, c } = found;
    const good = await enrolment(c);
    const stranger = await enrolment(c, await newSigner());
    const judge = async (...txs: Uint8Array[]) => (await abci.call("processProposal", { txs })).status;
    assert.equal(await judge(), ACCEPT);
    assert.equal(await judge(good, stranger), ACCEPT);
    assert.equal(await judge(good, utf8("{}")), REJECT);
    assert.equal(await judge(altered(good)), REJECT);
    const { txs } = await abci.call("prepareProposal", {
      maxTxBytes: 1_000_000n,
      txs: [utf8("{}"), good, altered(good), stranger],
    });
    assert.deepEqual(
      txs.map((tx) => Uint8Array.from(tx)),
      [good, stranger],
    );
    const small = await abci.call("prepareProposal", { maxTxBytes: BigInt(good.length + 10), txs: [good, stranger] });
    assert.equal(small.txs.length, 1);
  });

  it("carries no more of one organisation than its share, and the others' in their order", async () => {
    await using found = await started();
    const { abci, c } = found;
    const flood = await Promise.all(Array.from({ length: 130 }, () => enrolment(c)));
    const other = await enrolment(c, c.member(1).admin);
    const { txs } = await abci.call("prepareProposal", { maxTxBytes: 1_000_000n, txs: [...flood, other] });
    assert.equal(txs.length, 129);
    assert.deepEqual(Uint8Array.from(txs.at(-1) ?? []), other);
    assert.deepEqual(Uint8Array.from(txs[127] ?? []), flood[127]);
  });

  it("that carries a key and its first transaction is judged in their order, a false one refused in the block", async () => {
    await using found = await started();
    const { abci, c, one } = found;
    const clerk = await newSigner();
    const enrols = await c.transaction(c.member(0).admin, "identity.enrol", { key: clerk.key, roles: ["admin"] });
    const acts = await c.transaction(clerk, "identity.enrol", { key: (await newSigner()).key, roles: ["auditor"] });
    const { txResults } = await abci.call("finalizeBlock", block(c, 1, [enrols, altered(acts)]));
    assert.deepEqual(
      txResults.map(({ code }) => code),
      [0, 1],
    );
    assert.match(txResults[1]?.log ?? "", /transaction\/signature|keys\/possession|identity/);
    await abci.call("commit");
    assert.equal(one.replica.status.size, 2);
  });
});
