import assert from "node:assert/strict";
import { createSign, createVerify, generateKeyPairSync, randomBytes } from "node:crypto";
import { test } from "node:test";
import { signPossession } from "@firmament/agents/signing";
import { toBase64url, utf8 } from "@firmament/core/bytes";
import { type PublicKey, publicKey, type Signer } from "@firmament/core/keys";
import { tables } from "@firmament/core/registry";
import { privateKey, softwareSigner } from "@firmament/crypto";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { refused, resultOf } from "./support.ts";

const token = () => toBase64url(randomBytes(32));

interface Petition {
  readonly key: PublicKey;
  readonly message: string;
  readonly signature: string;
  readonly token: string;
}

async function petitionOf(c: Consortium, author: Signer, message?: string): Promise<Petition> {
  const text = message ?? `firmament-petition/v1\n${c.ledger}\n${toBase64url(randomBytes(16))}\nplease`;
  return { key: author.key, message: text, signature: toBase64url(await author.sign(utf8(text))), token: token() };
}

const send = (c: Consortium, petition: Petition) => c.submit(c.member(1).registerAgent, "author.petition", petition);

test("[S4-17 S4-18] an author sends public key, text and RSA signature, which every replica verifies with that key", async () => {
  using c = await Consortium.ready();
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { e, kty, n } = pair.publicKey.export({ format: "jwk" });
  const key = publicKey({ e, kty, n }, "key");
  const { admin } = c.member(0);
  const holder = softwareSigner(privateKey(pair.privateKey.export({ format: "jwk" })));
  const proof = await signPossession(holder, { ledger: c.ledger, organisation: c.member(0).name, purpose: "manifest" });
  await c.submit(admin, "author.approve", { classes: ["sensor"], key, proof, vendor: "acme" });
  const message = `firmament-petition/v1\n${c.ledger}\n${toBase64url(randomBytes(16))}\nAlice asks for a token`;
  const signature = toBase64url(createSign("sha384").update(message).sign(pair.privateKey));
  const petition: Petition = { key, message, signature, token: token() };
  const other = toBase64url(createSign("sha384").update(`${message}!`).sign(pair.privateKey));
  await refused(c, "petition/signature", () => send(c, { ...petition, signature: other }));
  const receipt = await send(c, petition);
  assert.equal(resultOf<{ granted: boolean }>(receipt).granted, true);
  assert.ok(createVerify("sha384").update(message).verify(pair.publicKey, Buffer.from(signature, "base64url")));
});

test("an approved key gets a grant at once, for 30 minutes of ledger time", async () => {
  using c = await Consortium.ready();
  const petition = await petitionOf(c, c.manifestKey);
  const receipt = await send(c, petition);
  assert.deepEqual(resultOf(receipt), { author: c.manifestKey.kid, end: c.now + 1800, granted: true });
  assert.deepEqual(c.record(tables.grant, petition.token), { author: c.manifestKey.kid, end: c.now + 1800 });
});

test("any other key's petition is kept as pending and grants nothing", async () => {
  using c = await Consortium.ready();
  const stranger = await newSigner();
  const petition = await petitionOf(c, stranger);
  const receipt = await send(c, petition);
  assert.deepEqual(resultOf(receipt), { author: stranger.kid, granted: false });
  assert.deepEqual(c.record(tables.petition, stranger.kid), { time: c.now });
  assert.equal(c.record(tables.grant, petition.token), undefined);
  await c.submit(c.member(0).admin, "author.approve", { classes: ["sensor"], key: stranger.key, vendor: "acme" });
  assert.equal(resultOf<{ granted: boolean }>(await send(c, await petitionOf(c, stranger))).granted, true);
});

test("[S4-22] an unverifiable key or message gives an error and no token", async () => {
  using c = await Consortium.ready();
  const honest = await petitionOf(c, c.manifestKey);
  const stranger = await petitionOf(c, await newSigner());
  await refused(c, "petition/signature", () => send(c, { ...honest, key: stranger.key }));
  await refused(c, "petition/signature", () => send(c, { ...honest, signature: stranger.signature }));
  await refused(c, "petition/signature", () => send(c, { ...honest, message: stranger.message }));
  const noPoint = { crv: "Ed25519", kty: "OKP", x: toBase64url(new Uint8Array(32)) } as const;
  await refused(c, "keys/point", () => send(c, { ...honest, key: noPoint }));
  for (const { token: none } of [honest, stranger]) assert.equal(c.record(tables.grant, none), undefined);
});

test("a message is purpose, this ledger, a nonce and one line", async () => {
  using c = await Consortium.ready();
  const nonce = toBase64url(randomBytes(16));
  const wrong = [
    "",
    "sign this, please",
    `firmament-petition/v2\n${c.ledger}\n${nonce}\nx`,
    `firmament-petition/v1\n${c.ledger.replace("registry", "other")}\n${nonce}\nx`,
    `firmament-petition/v1\n${c.ledger}\n${nonce}`,
    `firmament-petition/v1\n${c.ledger}\n${nonce}\nx\ny`,
    `firmament-petition/v1\n${c.ledger}\n${nonce.slice(1)}\nx`,
    `firmament-petition/v1\n${c.ledger}\n${"a".repeat(44)}\nx`,
    `firmament-petition/v1\n${c.ledger}\n${nonce.slice(1)}+\nx`,
  ];
  for (const message of wrong.slice(1)) {
    await refused(c, "petition/message", async () => send(c, await petitionOf(c, c.manifestKey, message)));
  }
  await refused(c, "codec/value", async () => send(c, await petitionOf(c, c.manifestKey, "")));
  assert.ok(await send(c, await petitionOf(c, c.manifestKey, `firmament-petition/v1\n${c.ledger}\n${nonce}\n`)));
});

test("a nonce serves once, a token is granted once", async () => {
  using c = await Consortium.ready();
  const petition = await petitionOf(c, c.manifestKey);
  await send(c, petition);
  await refused(c, "petition/nonce-replayed", () => send(c, { ...petition, token: token() }));
  const next = await petitionOf(c, c.manifestKey);
  await refused(c, "grant/exists", () => send(c, { ...next, token: petition.token }));
  const pending = await petitionOf(c, await newSigner());
  await send(c, pending);
  await refused(c, "petition/nonce-replayed", () => send(c, { ...pending, token: token() }));
});

test("a revoked author's petition is pending", async () => {
  using c = await Consortium.ready();
  await c.submit(c.member(0).admin, "author.revoke", { author: c.manifestKey.kid });
  const receipt = await send(c, await petitionOf(c, c.manifestKey));
  assert.equal(resultOf<{ granted: boolean }>(receipt).granted, false);
});

test("only a register agent files petitions", async () => {
  using c = await Consortium.ready();
  const petition = await petitionOf(c, c.manifestKey);
  await refused(c, "identity/role", () => c.submit(c.member(1).author, "author.petition", petition));
});

test("[S4-20] after 30 minutes registration is refused until the author petitions again", async () => {
  using c = await Consortium.ready();
  const grant = await c.grant();
  const granted = c.now;
  c.now = granted + 1800;
  assert.ok(await c.register(await c.prepare({ version: "1.0.0" }), { grant }));
  c.now = granted + 1801;
  const late = await c.prepare({ version: "1.1.0" });
  await refused(c, "grant/expired", () => c.register(late, { grant }));
  c.now = granted + 100_000;
  await refused(c, "grant/expired", () => c.register(late, { grant }));
  assert.ok(await c.register(late, { grant: await c.grant() }));
});

test("a grant serves its own author, any number of times", async () => {
  using c = await Consortium.ready();
  const colleague = await newSigner();
  await c.submit(c.member(0).admin, "author.approve", { classes: ["sensor"], key: colleague.key, vendor: "acme" });
  const grant = await c.grant();
  for (const version of ["1.0.0", "1.1.0", "1.2.0"])
    assert.ok(await c.register(await c.prepare({ version }), { grant }));
  const foreign = await c.prepare({ author: colleague, version: "2.0.0" });
  await refused(c, "grant/author", () => c.register(foreign, { grant }));
  await refused(c, "grant/unknown", () => c.register(foreign, { grant: token() }));
});
