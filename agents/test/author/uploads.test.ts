import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { nodeCrypto, publicKeyFromPem } from "@firmament/crypto";
import { authorServer, AuthorService } from "../../src/author/index.ts";
import { formBody } from "../../src/http/index.ts";
import { FakeKeyStore } from "../fakes/key-store.ts";
import { FakeRegisterAgent } from "../fakes/register-agent.ts";
import { bytesOf, streamOf } from "../support/bytes.ts";
import { openUpload } from "../support/open-upload.ts";
import { image, inlineManifest, ledger, newSigner, now, signedUpdate } from "../support/samples.ts";

test("an author beyond its uploads is refused with a time to come back, its updates without a file are not", async () => {
  const author = await newSigner();
  const register = new FakeRegisterAgent();
  const parts = { ledger, signer: await newSigner(), keyStore: new FakeKeyStore(), register, crypto: nodeCrypto };
  const options = { crypto: nodeCrypto, limits: { maxUploadsOfAuthor: 1 }, readKey: publicKeyFromPem };
  await using server = authorServer(new AuthorService({ ...parts, clock: () => now }), options);
  await server.listen({ host: "127.0.0.1", port: 0 });
  const { publicKey, update } = await signedUpdate(author);
  const post = (url: string, payload: object) => server.inject({ method: "POST", url, payload });
  await post("/register/author", { message: "m", publicKey, signedMessage: "AAAA" });

  const upload = async () => {
    const { chunks, contentType } = formBody({ publicKey, update: JSON.stringify(update) }, "payload", streamOf(image));
    const body = await bytesOf(chunks);
    const target = { headers: { "content-type": contentType }, method: "POST", path: "/register" } as const;
    const sent = openUpload(server, target, body.subarray(0, -1));
    return { ...sent, end: () => sent.end(body.subarray(-1)) };
  };
  const first = await upload();
  while (register.begun === 0) await turn();
  const { code, retryAfter, status } = await (await upload()).answer;
  assert.deepEqual([status, code, Number(retryAfter) > 0], [503, "http/busy", true]);
  assert.equal((await post("/register", await signedUpdate(author, inlineManifest()))).statusCode, 201);
  first.end();
  assert.equal((await first.answer).status, 201);
  const next = await upload();
  next.end();
  assert.equal((await next.answer).status, 201);
});
