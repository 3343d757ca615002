import assert from "node:assert/strict";
import { test } from "node:test";
import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { canonicalText } from "@firmament/core/codec";
import type { Signer } from "@firmament/core/keys";
import { decodeTransaction, type Release } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { signTransaction } from "../../src/signing/index.ts";
import { bytesOf, streamOf } from "../support/bytes.ts";
import { refusesWith } from "../support/refuses-with.ts";
import { image, inlineManifest, ledger as ledgerId, manifest, newSigner, now } from "../support/samples.ts";
import { registerBench } from "./bench.ts";

const { signal } = new AbortController();
const id = "A".repeat(43);

const release = (author: string, changes: Partial<Release> = {}): Release => ({
  approvals: [],
  author,
  className: "sensor",
  manifestDigest: "A".repeat(64),
  organisation: "alpha.example",
  receipts: [],
  registered: now,
  revocations: [],
  sequence: 1,
  state: "REGISTERED",
  version: "1.0.0",
  ...(manifest.stored === undefined
    ? {}
    : { stored: { cid: manifest.stored.cid, sha256: manifest.stored.sha256, size: manifest.stored.size } }),
  ...changes,
});

test("[S4-19] a token is made for 30 minutes before the petition is sent, and the ledger sees its digest only", async () => {
  const { agent, author, ledger, service, tokens } = await registerBench();
  ledger.time = now + 60;
  ledger.result = () => ({ author: author.kid, end: now + 1800, granted: true });
  const signature = toBase64url(await author.sign(utf8("m")));
  const token = await service.petition({ key: author.key, message: "m", signature }, signal);
  assert.deepEqual(tokens.minted.get(token), { author: author.kid, ends: now + 60 + 1800, issued: now + 60 });
  const [bytes = new Uint8Array()] = ledger.submitted;
  const sent = decodeTransaction(nodeCrypto, bytes);
  assert.deepEqual([sent.kid, sent.type, sent.expires], [agent.kid, "author.petition", now + 300]);
  const expected = {
    key: author.key,
    message: "m",
    signature,
    token: toBase64url(nodeCrypto.sha256(utf8(token))),
  };
  assert.deepEqual(sent.body, expected);
  assert.ok(!fromUtf8(bytes).includes(token));
});

test("a petition that the ledger keeps as pending is refused, and no token goes out", async () => {
  const { author, ledger, service } = await registerBench();
  ledger.result = () => ({ author: author.kid, granted: false });
  const proof = { key: author.key, message: "m", signature: toBase64url(await author.sign(utf8("m"))) };
  const refusal = await refusesWith("register-agent/not-registrable", service.petition(proof, signal));
  assert.deepEqual([refusal.status, refusal.error], [403, "ERR_KEY_NOT_REGISTRABLE"]);
  ledger.refuses = true;
  await refusesWith("fake-ledger/refused", service.petition(proof, signal));
  ledger.refuses = false;
  ledger.result = () => ({ author: author.kid });
  await refusesWith("register-agent/ledger-answer", service.petition(proof, signal));
});

test("a petition is sent for its key's holder only; unknown keys once each, and a bounded number a minute", async () => {
  const { author, ledger, service, standings } = await registerBench({ strangersPerMinute: 2 });
  const proofOf = async (key: Signer) => ({
    key: key.key,
    message: "m",
    signature: toBase64url(await key.sign(utf8("m"))),
  });
  const forged = { ...(await proofOf(author)), message: "n" };
  await refusesWith("petition/signature", service.petition(forged, signal));
  standings.set(author.kid, "pending");
  await refusesWith("register-agent/not-registrable", service.petition(await proofOf(author), signal));
  assert.equal(ledger.submitted.length, 0);
  ledger.result = () => ({ author: author.kid, granted: false });
  for (const code of ["register-agent/not-registrable", "register-agent/not-registrable", "register-agent/busy"]) {
    const stranger = await newSigner();
    standings.set(stranger.kid, "unknown");
    await refusesWith(code, service.petition(await proofOf(stranger), signal));
  }
  assert.equal(ledger.submitted.length, 2);
});

test("[S4-24] a token is verified by the ledger's time; none, a strange and an ended one are refused", async () => {
  const { author, ledger, service, token } = await registerBench();
  assert.equal(await service.authorOf(token, signal), author.kid);
  await refusesWith("register-agent/token-missing", service.authorOf(undefined, signal));
  await refusesWith("fake-mint/refused", service.authorOf("token.99.x", signal));
  ledger.time = now + 1801;
  await refusesWith("fake-mint/refused", service.authorOf(token, signal));
});

test("[S4-24] [S4-29] a registration matches its token: author, digest, ledger and type", async () => {
  const { author, service, signer, token, transaction } = await registerBench();
  const admit = async (bytes: Uint8Array, kid = author.kid) => service.admit(bytes, token, kid);
  assert.deepEqual((await admit(await transaction())).manifest, manifest);
  const other = await newSigner();
  await refusesWith("register-agent/token-author", admit(await transaction(), other.kid));
  await refusesWith("register-agent/token-author", admit(await transaction({ author: other.kid })));
  await refusesWith("register-agent/token-grant", admit(await transaction({ grant: id })));
  await refusesWith("transaction/ledger", admit(await transaction({}, manifest, ledgerId.replace("0", "1"))));
  const tick = { body: { time: now }, expires: now, ledger: ledgerId, type: "tick" } as const;
  await refusesWith("register-agent/transaction-type", admit(await signTransaction(signer, tick)));
  await refusesWith("codec/json", admit(utf8("{")));
});

test("the register agent itself refuses a manifest that is incomplete or knows too much", async () => {
  const { author, service, token, transaction } = await registerBench();
  const { classID: _, ...less } = manifest;
  for (const wrong of [less, { ...manifest, more: 1 }]) {
    const bytes = await transaction({ manifest: canonicalText(wrong) });
    assert.throws(() => service.admit(bytes, token, author.kid), { code: "upload/manifest" });
  }
});

test("[S4-3] [S4-15] [S4-26] the payload is staged, then the ledger asked, then the payload stored and pinned", async () => {
  const { author, content, ledger, service, token, transaction } = await registerBench();
  const events: string[] = content.events;
  ledger.result = (accepted) => {
    events.push("accepted");
    return { release: accepted, state: "REGISTERED" };
  };
  const bytes = await transaction();
  const answer = await service.register(service.admit(bytes, token, author.kid), streamOf(image), signal);
  const { cid = "" } = manifest.stored ?? {};
  assert.deepEqual(events, ["stage", "accepted", "commit", `pin ${cid}`]);
  assert.deepEqual(content.stored.get(cid), image);
  const { receipt, release: made, state } = answer;
  assert.deepEqual([made, receipt.transaction, state], [decodeTransaction(nodeCrypto, bytes).id, made, "REGISTERED"]);
});

test("[S4-15] [S4-29] what the ledger refuses is not stored, and the refusal is relayed", async () => {
  const { author, content, ledger, service, token, transaction } = await registerBench();
  ledger.refuses = true;
  const admitted = service.admit(await transaction(), token, author.kid);
  await refusesWith("fake-ledger/refused", service.register(admitted, streamOf(image), signal));
  assert.deepEqual(content.events, ["stage", "discard"]);
  assert.equal(content.stored.size, 0);
});

test("[S4-29] a payload that differs in a byte, in length, or is too large is not registered", async () => {
  const { author, content, ledger, service, token, transaction } = await registerBench();
  const admitted = service.admit(await transaction(), token, author.kid);
  const altered = image.with(0, 0);
  for (const wrong of [altered, image.subarray(1), new Uint8Array([...image, 0])]) {
    const refusal = await refusesWith("register-agent/payload", service.register(admitted, streamOf(wrong), signal));
    assert.deepEqual([refusal.status, refusal.error], [403, "ERR_PAYLOAD_NOT_VERIFIABLE"]);
  }
  await refusesWith("upload/payload-missing", service.register(admitted, undefined, signal));
  assert.equal(ledger.submitted.length, 0);
  assert.equal(content.stored.size, 0);
});

test("a release that carries its payload inline stores nothing", async () => {
  const { author, content, service, token, transaction } = await registerBench();
  const admitted = service.admit(await transaction({}, inlineManifest()), token, author.kid);
  assert.equal((await service.register(admitted, undefined, signal)).state, "REGISTERED");
  assert.deepEqual(content.events, []);
  await refusesWith("upload/payload-surplus", service.register(admitted, streamOf(image), signal));
});

test("a store that fails before the ledger was asked leaves nothing registered", async () => {
  const { author, content, ledger, service, token, transaction } = await registerBench();
  content.fails = "stage";
  const admitted = service.admit(await transaction(), token, author.kid);
  const refusal = await refusesWith(
    "register-agent/store-unavailable",
    service.register(admitted, streamOf(image), signal),
  );
  assert.deepEqual([refusal.status, refusal.error], [503, "ERR_IPFS_NOT_AVAILABLE"]);
  assert.equal(ledger.submitted.length, 0);
});

test("[S4-30] a store that fails after the ledger accepted is told, and the release can be completed", async () => {
  const { author, content, releases, service, token, transaction } = await registerBench();
  content.fails = "commit";
  const admitted = service.admit(await transaction(), token, author.kid);
  const refusal = await refusesWith(
    "register-agent/content-unstored",
    service.register(admitted, streamOf(image), signal),
  );
  assert.deepEqual([refusal.status, refusal.error], [503, "ERR_IPFS_NOT_AVAILABLE"]);
  assert.ok(refusal.message.includes(admitted.transaction.id));
  assert.equal(content.stored.size, 0);
  content.fails = undefined;
  releases.set(id, release(author.kid));
  const { cid = "" } = manifest.stored ?? {};
  assert.deepEqual(await service.complete(author.kid, id, streamOf(image), signal), { cid, release: id });
  assert.deepEqual(content.stored.get(cid), image);
});

test("content completes a release that is the author's, awaits bytes, and has these", async () => {
  const { author, releases, service } = await registerBench();
  const complete = (bytes = image) => service.complete(author.kid, id, streamOf(bytes), signal);
  await refusesWith("release/unknown", complete());
  releases.set(id, release((await newSigner()).kid));
  await refusesWith("register-agent/token-author", complete());
  for (const state of ["REVOKED", "WITHDRAWN"] as const) {
    releases.set(id, release(author.kid, { state }));
    await refusesWith("register-agent/release-ended", complete());
  }
  const { stored: _, ...inline } = release(author.kid);
  releases.set(id, inline);
  await refusesWith("register-agent/release-ended", complete());
  releases.set(id, release(author.kid));
  await refusesWith("register-agent/payload", complete(image.with(0, 0)));
});

test("a ledger that does not answer is asked again with the same transaction, a few times", async () => {
  const { author, content, ledger, service, token, transaction } = await registerBench();
  const admitted = service.admit(await transaction(), token, author.kid);
  ledger.away = 2;
  assert.equal((await service.register(admitted, streamOf(image), signal)).state, "REGISTERED");
  ledger.away = 3;
  const refusal = await refusesWith("fake-ledger/away", service.register(admitted, streamOf(image), signal));
  assert.equal(refusal.error, "ERR_BC_NOT_AVAILABLE");
  assert.equal(content.events.at(-1), "discard");
  ledger.away = Infinity;
  await refusesWith("fake-ledger/away", service.authorOf(token, signal));
  await refusesWith("fake-ledger/away", service.submit(admitted.bytes, AbortSignal.abort()));
});

test("a sender that is gone before the ledger was asked registers nothing", async () => {
  const { author, content, ledger, service, token, transaction } = await registerBench();
  const admitted = service.admit(await transaction(), token, author.kid);
  const gone = new AbortController();
  async function* leaving(): AsyncGenerator<Uint8Array> {
    yield image;
    gone.abort();
  }
  await assert.rejects(service.register(admitted, leaving(), gone.signal), { name: "AbortError" });
  assert.deepEqual([content.events, ledger.submitted.length], [["stage", "discard"], 0]);
});

test("what the sender's connection fails with is not the store's fault", async () => {
  const { author, service, token, transaction } = await registerBench();
  const admitted = service.admit(await transaction(), token, author.kid);
  const cut = new Error("cut");
  async function* cutOff(): AsyncGenerator<Uint8Array> {
    yield image.subarray(1);
    throw cut;
  }
  await assert.rejects(service.register(admitted, cutOff(), signal), cut);
});

test("a store that cannot even discard does not hide why", async () => {
  const { author, content, ledger, service, token, transaction } = await registerBench();
  content.fails = "discard";
  ledger.refuses = true;
  const unread = streamOf(image);
  const admitted = service.admit(await transaction(), token, author.kid);
  await refusesWith("fake-ledger/refused", service.register(admitted, unread, signal));
  assert.equal((await bytesOf(unread)).length, 0);
});
