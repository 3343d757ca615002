import assert from "node:assert/strict";
import { test } from "node:test";
import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { canonicalBytes, canonicalText } from "@firmament/core/codec";
import { refusalsOf } from "@firmament/core/errors";
import { decodeTransaction } from "@firmament/core/registry";
import { requireSignature } from "@firmament/core/keys";
import { nodeCrypto, publicKeyToPem } from "@firmament/crypto";
import { AuthorService, type SignedUpdate } from "../../src/author/index.ts";
import { signManifest } from "../../src/signing/index.ts";
import { FakeKeyStore } from "../fakes/key-store.ts";
import { FakeRegisterAgent } from "../fakes/register-agent.ts";
import { streamOf } from "../support/bytes.ts";
import { refusesWith } from "../support/refuses-with.ts";
import { image, inlineManifest, ledger, manifest, newSigner, now } from "../support/samples.ts";

const refuse = refusalsOf({
  "sample/no": { status: 403, error: "ERR_KEY_NOT_REGISTRABLE", rule: "No.", remedy: "None." },
});
const { signal } = new AbortController();

async function prepared() {
  const [author, signer] = await Promise.all([newSigner(), newSigner()]);
  const keyStore = new FakeKeyStore();
  const register = new FakeRegisterAgent();
  const service = new AuthorService({ ledger, signer, keyStore, register, crypto: nodeCrypto, clock: () => now });
  const body = { message: "m", publicKey: publicKeyToPem(author.key), signedMessage: "AAAA" };
  const petition = () => service.petition({ body, key: author.key, message: "m", signature: "AAAA" }, signal);
  const update = async (found = manifest): Promise<SignedUpdate> => {
    const bytes = canonicalBytes(found);
    return {
      author: author.kid,
      manifest: bytes,
      ...(await signManifest(nodeCrypto, author, bytes, found.payloadDigest)),
    };
  };
  return { author, body, keyStore, petition, register, service, signer, update };
}

test("[S4-2] [S4-17] [S4-21] a petition goes on unchanged; public key and token are kept in the key store", async () => {
  const { author, body, keyStore, petition, register } = await prepared();
  assert.equal(await petition(), register.token);
  assert.deepEqual(register.petitions, [body]);
  assert.deepEqual(
    [...keyStore.kept.values()],
    [{ author: author.kid, publicKey: body.publicKey, token: register.token }],
  );
});

test("a register agent that speaks of another release is not believed", async () => {
  const { petition, register, service, update } = await prepared();
  await petition();
  register.lies = true;
  await refusesWith("author-agent/answer", service.register(await update(), streamOf(image), signal));
});

test("[S4-28] a refused petition comes back as it was, and nothing is kept", async () => {
  const { keyStore, petition, register } = await prepared();
  register.refusal = refuse("sample/no");
  assert.equal(await refusesWith("sample/no", petition()), register.refusal);
  assert.equal(keyStore.kept.size, 0);
});

test("[S4-2] [S4-23] an update becomes one transaction, signed by the agent and citing the token's digest", async () => {
  const { author, petition, register, service, signer, update } = await prepared();
  await petition();
  const rollout = { groups: [], permille: 10, salt: "s" };
  const signed = { ...(await update()), floor: 5, rollout };
  assert.equal(await service.register(signed, streamOf(image), signal), register.registration);
  const [sent] = register.registrations;
  assert.ok(sent !== undefined);
  assert.equal(sent.token, register.token);
  assert.deepEqual(sent.payload, image);
  const transaction = decodeTransaction(nodeCrypto, sent.transaction);
  requireSignature(nodeCrypto, signer.key, transaction.signingInput, transaction.signature);
  assert.deepEqual([transaction.kid, transaction.ledger, transaction.expires], [signer.kid, ledger, now + 480]);
  assert.equal(transaction.type, "release.register");
  assert.deepEqual(transaction.body, {
    author: author.kid,
    floor: 5,
    grant: toBase64url(nodeCrypto.sha256(utf8(register.token))),
    manifest: canonicalText(manifest),
    payloadSignature: signed.payloadSignature,
    rollout,
    signature: signed.signature,
  });
  assert.ok(!fromUtf8(sent.transaction).includes(register.token));
});

test("an inline payload goes without a file", async () => {
  const { petition, register, service, update } = await prepared();
  await petition();
  await service.register(await update(inlineManifest()), undefined, signal);
  assert.equal(register.registrations[0]?.payload, undefined);
});

test("an update without a token is refused before its payload is read", async () => {
  const { register, service, update } = await prepared();
  const unread = streamOf(image);
  const refusal = await refusesWith("author-agent/token-missing", service.register(await update(), unread, signal));
  assert.equal(refusal.error, "ERR_KEY_NOT_VALID");
  assert.equal((await unread.next()).done, false);
  assert.equal(register.registrations.length, 0);
});

test("the author agent itself refuses a manifest that is incomplete or knows too much", async () => {
  const { petition, register, service, update } = await prepared();
  await petition();
  const { classID: _, ...less } = manifest;
  for (const wrong of [less, { ...manifest, more: 1 }]) {
    const signed = { ...(await update()), manifest: canonicalBytes(wrong) };
    await refusesWith("upload/manifest", service.register(signed, streamOf(image), signal));
  }
  await refusesWith("upload/payload-missing", service.register(await update(), undefined, signal));
  await refusesWith(
    "upload/payload-surplus",
    service.register(await update(inlineManifest()), streamOf(image), signal),
  );
  assert.equal(register.registrations.length, 0);
});

test("[S4-28] a refused registration comes back as it was, and the agent is ready when the register agent is", async () => {
  const { petition, register, service, update } = await prepared();
  await petition();
  await service.ready(signal);
  register.refusal = refuse("sample/no");
  assert.equal(
    await refusesWith("sample/no", service.register(await update(), streamOf(image), signal)),
    register.refusal,
  );
  await refusesWith("sample/no", service.ready(signal));
});
