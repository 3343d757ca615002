import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Announcement } from "@firmament/agents/witness";
import { fromBase64url, fromUtf8, utf8 } from "@firmament/core/bytes";
import { decodeTwoHistories, encodeTwoHistories, verifyTwoHistories } from "@firmament/core/evidence";
import { Refusal } from "@firmament/core/errors";
import { cosignatureLine, cosignatureMessage, formatCheckpoint, formatNote } from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { checkpointNote, trustChain } from "@firmament/replica";
import { Consortium } from "@firmament/testing/kit";
import { history, runUntil, type Watched, witnessOf } from "./fakes.ts";
import { twoHistories } from "./forks.ts";

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;

function announced({ peers }: Watched): Announcement {
  const found = peers.told.at(-1);
  assert.ok(found);
  return found;
}

function honestCheckpoint({ witness }: Watched) {
  const { crypto, database, genesis, status } = witness.replica;
  const checkpoint = checkpointNote(database, crypto, genesis.ledger, status.size);
  assert.ok(checkpoint);
  return { checkpoint, trust: trustChain(database, 1) };
}

async function cosigned(watched: Watched): Promise<Announcement> {
  await runUntil(watched, () => watched.peers.told.length > 0);
  return announced(watched);
}

/** One witness that was shown one history, one that was shown the other, and what the first made of the second. */
async function forked(
  c: Consortium,
  lengths?: readonly [number, number],
): Promise<{
  readonly one: Watched & Disposable;
  readonly other: Watched & Disposable;
  readonly theirs: Announcement;
}> {
  const [mine, yours] = await twoHistories(c, lengths);
  const [one, other] = [witnessOf(c, mine, { member: 2 }), witnessOf(c, yours, { member: 3 })];
  await cosigned(one);
  return { one, other, theirs: await cosigned(other) };
}

function proofOf({ evidence }: Watched): Uint8Array {
  const [proof] = evidence.values();
  assert.ok(proof);
  return proof;
}

describe("a sequencer that shows two histories", () => {
  it("[S2-48] is found by the first cosignature that crosses over, and proved to anybody who holds the trust root", async () => {
    using c = await Consortium.ready();
    const { one, other, theirs } = await forked(c);
    using _one = one;
    using _other = other;
    assert.throws(() => one.witness.receive(theirs), coded("witness/other-history"));
    assert.deepEqual(
      one.witness.alarms.list.map(({ code }) => code),
      ["witness/other-history"],
    );
    const verdict = verifyTwoHistories(nodeCrypto, proofOf(one), c.trustPin());
    assert.deepEqual(
      [verdict.ledger, verdict.first.organisations, verdict.second.organisations, verdict.both],
      [c.ledger, [c.member(3).name], [c.member(2).name], []],
    );
    assert.equal(verdict.first.size, verdict.second.size);
    assert.notDeepEqual(verdict.first.root, verdict.second.root);
  });

  it("is proved across sizes: the longer history does not continue the shorter", async () => {
    using c = await Consortium.ready();
    const { one, other, theirs } = await forked(c, [3, 1]);
    using _one = one;
    using _other = other;
    assert.throws(() => one.witness.receive(theirs), coded("witness/other-history"));
    const verdict = verifyTwoHistories(nodeCrypto, proofOf(one), c.trustPin());
    assert.equal(verdict.second.size - verdict.first.size, 2);
  });

  it("is found later where the other's cosignature is ahead of this replica", async () => {
    using c = await Consortium.ready();
    const [mine, yours] = await twoHistories(c, [2, 1]);
    using other = witnessOf(c, yours, { member: 3 });
    const theirs = await cosigned(other);
    using one = witnessOf(c, mine, { member: 2 });
    assert.throws(() => one.witness.receive(theirs), coded("replica/range"));
    await cosigned(one);
    assert.deepEqual(
      one.witness.alarms.list.map(({ code }) => code),
      ["witness/other-history"],
    );
    assert.equal(verifyTwoHistories(nodeCrypto, proofOf(one), c.trustPin()).ledger, c.ledger);
  });

  it("one organisation that makes up a history stops no other: it is named, and the others go on", async () => {
    using c = await Consortium.ready();
    const { one, other, theirs } = await forked(c);
    using _one = one;
    using _other = other;
    for (let i = 0; i < 3; i++) assert.throws(() => one.witness.receive(theirs), coded("witness/other-history"));
    assert.equal(one.witness.alarms.list.length, 1);
    assert.equal(one.evidence.size, 1);
    assert.equal(one.witness.fault, undefined);
  });

  it("a false cosignature is no alarm: nobody vouches for it", async () => {
    using c = await Consortium.ready();
    const { one, other, theirs } = await forked(c);
    using _one = one;
    using _other = other;
    const forged = { ...theirs, time: theirs.time + 1 };
    assert.throws(() => one.witness.receive(forged), coded("log/cosignature-signature"));
    assert.throws(() => one.witness.receive({ ...forged, keyId: "00000000" }), coded("log/cosignature-signature"));
    assert.deepEqual([one.witness.alarms.list, one.evidence.size], [[], 0]);
  });

  it("an honest history raises no alarm", async () => {
    using c = await Consortium.ready();
    using one = witnessOf(c, history(c), { member: 2 });
    using other = witnessOf(c, history(c), { member: 3 });
    await cosigned(one);
    one.witness.receive(await cosigned(other));
    assert.deepEqual(one.witness.alarms.list, []);
    assert.equal(one.witness.cosigner.kept.at(c.size).length, 2);
  });
});

describe("a proof of two histories", () => {
  it("is refused where it is altered, of another consortium, or shows one history", async () => {
    using c = await Consortium.ready();
    using stranger = await Consortium.ready();
    const { one, other, theirs } = await forked(c, [2, 1]);
    using _one = one;
    using _other = other;
    assert.throws(() => one.witness.receive(theirs), coded("witness/other-history"));
    const bytes = proofOf(one);
    const proof = decodeTwoHistories(bytes);
    assert.deepEqual(encodeTwoHistories(proof), bytes);
    const refusedAs = (code: string, changed: Partial<typeof proof>, pin = c.trustPin()) => {
      const altered = encodeTwoHistories({ ...proof, ...changed });
      assert.throws(() => verifyTwoHistories(nodeCrypto, altered, pin), coded(code), code);
    };
    refusedAs("trust/pinned", {}, stranger.trustPin());
    refusedAs("evidence/order", { first: proof.second, second: proof.first });
    refusedAs("log/consistency-old-root", { root: new Uint8Array(32) });
    refusedAs("log/consistency-length", { path: [] });
    const another = fromUtf8(proof.first).replace(c.ledger, `${c.ledger.slice(0, -1)}x`);
    refusedAs("log/cosignature-signature", { first: utf8(another) });
    const unsigned = fromUtf8(proof.first).replace(/— .*\n/u, "— nobody.example AAAAAAAAAAAA\n");
    refusedAs("log/note-unverified", { first: utf8(unsigned) });
  });

  it("shows nothing where the larger checkpoint continues the smaller", async () => {
    using c = await Consortium.ready();
    using one = witnessOf(c, history(c), { member: 2 });
    await cosigned(one);
    const { checkpoint, trust } = honestCheckpoint(one);
    const honest = encodeTwoHistories({
      first: checkpoint,
      path: [],
      root: announced(one).root,
      second: checkpoint,
      trust,
    });
    assert.throws(() => verifyTwoHistories(nodeCrypto, honest, c.trustPin()), coded("evidence/one-history"));
  });

  it("speaks of one ledger only, which the trust root names", async () => {
    using c = await Consortium.ready();
    using one = witnessOf(c, history(c), { member: 2 });
    await cosigned(one);
    const { checkpoint, trust } = honestCheckpoint(one);
    const { root, size, time } = announced(one);
    const text = formatCheckpoint({ origin: "example.org/other/0123456789abcdef", root, size });
    const { cosigner, name } = c.member(2);
    const publicKey = fromBase64url(cosigner.key.kty === "OKP" ? cosigner.key.x : "");
    const signature = await cosigner.sign(cosignatureMessage(time, text));
    const line = cosignatureLine(nodeCrypto, { name, publicKey }, { signature, time });
    const elsewhere = formatNote({ signatures: [line], text });
    for (const [first, second] of [
      [checkpoint, elsewhere],
      [elsewhere, elsewhere],
    ] as const) {
      const bytes = encodeTwoHistories({ first, path: [], root, second, trust });
      assert.throws(() => verifyTwoHistories(nodeCrypto, bytes, c.trustPin()), coded("evidence/ledger"));
    }
  });
});
