import assert from "node:assert/strict";
import { test } from "node:test";
import { fromUtf8, toBase64, utf8 } from "@firmament/core/bytes";
import { publicKeyFromPem, publicKeyToPem } from "@firmament/crypto";
import { formBody } from "../../src/http/index.ts";
import { registerServer } from "../../src/register/index.ts";
import { bytesOf, streamOf } from "../support/bytes.ts";
import { image, ledger as ledgerId, manifest } from "../support/samples.ts";
import { registerBench } from "./bench.ts";

const codeOf = (answer: { json: <T>() => T }): string => answer.json<{ code: string }>().code;

async function prepared() {
  const bench = await registerBench();
  const server = registerServer(bench.service, { readKey: publicKeyFromPem });
  const form = async (transaction: Uint8Array, token: string | undefined, file?: Uint8Array) => {
    const fields = { transaction: fromUtf8(transaction) };
    const { chunks, contentType } = formBody(fields, "payload", file === undefined ? undefined : streamOf(file));
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const payload = Buffer.from(await bytesOf(chunks));
    return server.inject({
      method: "POST",
      url: "/register",
      payload,
      headers: { "content-type": contentType, ...authorization },
    });
  };
  return { ...bench, form, server };
}

test("a petition is answered 201 with the token, 403 where it is pending, 405 with other members", async () => {
  const { author, ledger, server, tokens } = await prepared();
  const signedMessage = toBase64(await author.sign(utf8("m")));
  const body = { publicKey: publicKeyToPem(author.key), message: "m", signedMessage };
  const post = (payload: object) => server.inject({ method: "POST", url: "/register/author", payload });
  ledger.result = () => ({ author: author.kid, granted: true });
  const granted = await post(body);
  assert.equal(granted.statusCode, 201);
  assert.ok(tokens.minted.has(granted.body));
  ledger.result = () => ({ author: author.kid, granted: false });
  const pending = await post(body);
  assert.deepEqual([pending.statusCode, codeOf(pending)], [403, "register-agent/not-registrable"]);
  const surplus = await post({ ...body, date: 1 });
  assert.deepEqual([surplus.statusCode, codeOf(surplus)], [405, "http/keys"]);
});

test("a registration is answered 201 with release, state and receipt", async () => {
  const { content, form, token, transaction } = await prepared();
  const answer = await form(await transaction(), token, image);
  assert.equal(answer.statusCode, 201);
  const { receipt, release, state } = answer.json<{
    release: string;
    state: string;
    receipt: { transaction: string };
  }>();
  assert.deepEqual([state, receipt.transaction], ["REGISTERED", release]);
  assert.deepEqual(content.stored.get(manifest.stored?.cid ?? ""), image);
});

test("the reference accepts any token: here none, a malformed and a strange one are refused before the body is read", async () => {
  const { content, form, ledger, transaction } = await prepared();
  for (const [token, code] of [
    [undefined, "register-agent/token-missing"],
    ["a token with spaces", "register-agent/token-missing"],
    ["token.99.x", "fake-mint/refused"],
  ] as const) {
    const answer = await form(await transaction(), token, image);
    assert.deepEqual(
      [answer.statusCode, answer.json<{ error: string }>().error, codeOf(answer)],
      [403, "ERR_KEY_NOT_VALID", code],
    );
  }
  assert.deepEqual([content.events, ledger.submitted.length], [[], 0]);
});

test("a registration without its parts, or whose transaction is no text, is refused", async () => {
  const { form, server, token, transaction } = await prepared();
  const missing = await form(await transaction(), token);
  assert.deepEqual([missing.statusCode, codeOf(missing)], [405, "upload/payload-missing"]);
  const json = await server.inject({
    method: "POST",
    url: "/register",
    headers: { authorization: `Bearer ${token}` },
    payload: {},
  });
  assert.deepEqual([json.statusCode, codeOf(json)], [415, "http/media-type"]);
});

test("a finished transaction is relayed as it is", async () => {
  const { ledger, server, transaction } = await prepared();
  const bytes = await transaction();
  for (const type of ["application/jose+json", "application/json"]) {
    const headers = { "content-type": type };
    const answer = await server.inject({
      method: "POST",
      url: "/v1/transactions",
      headers,
      payload: Buffer.from(bytes),
    });
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(ledger.submitted.at(-1), bytes);
  }
  const large = await server.inject({
    method: "POST",
    url: "/v1/transactions",
    headers: { "content-type": "x/y" },
    payload: Buffer.alloc(131_073),
  });
  assert.deepEqual([large.statusCode, codeOf(large)], [413, "http/too-large"]);
});

test("content of a release is taken as a stream, with a token", async () => {
  const { author, content, releases, server, token } = await prepared();
  const id = "A".repeat(43);
  const { cid = "", sha256 = "" } = manifest.stored ?? {};
  releases.set(id, {
    approvals: [],
    author: author.kid,
    className: "sensor",
    manifestDigest: "A".repeat(64),
    organisation: "alpha.example",
    receipts: [],
    registered: 1,
    revocations: [],
    sequence: 1,
    state: "REGISTERED",
    stored: { cid, sha256, size: image.length },
    version: "1.0.0",
  });
  const put = (release: string, headers: Record<string, string>, payload = Buffer.from(image)) =>
    server.inject({
      method: "PUT",
      url: `/v1/releases/${release}/content`,
      headers: { "content-type": "application/octet-stream", ...headers },
      payload,
    });
  const authorization = `Bearer ${token}`;
  const answer = await put(id, { authorization });
  assert.deepEqual([answer.statusCode, answer.json()], [201, { cid, release: id }]);
  assert.deepEqual(content.stored.get(cid), image);
  const refused = [
    await put(id, {}),
    await put("x", { authorization }),
    await put("B".repeat(42) + "A", { authorization }),
    await put(id, { authorization, "content-type": "application/json" }),
    await put(id, { authorization }, Buffer.from("other")),
  ];
  assert.deepEqual(
    refused.map((each) => [each.statusCode, codeOf(each)]),
    [
      [403, "register-agent/token-missing"],
      [400, "codec/value"],
      [404, "release/unknown"],
      [415, "http/media-type"],
      [403, "register-agent/payload"],
    ],
  );
});

test("the agent tells the ledger's status, and is ready while the ledger answers", async () => {
  const { ledger, server } = await prepared();
  assert.equal((await server.inject("/v1/status")).json<{ ledger: string }>().ledger, ledgerId);
  assert.equal((await server.inject("/readyz")).statusCode, 200);
  ledger.away = Infinity;
  const answer = await server.inject("/readyz");
  assert.deepEqual([answer.statusCode, codeOf(answer)], [503, "fake-ledger/away"]);
});
