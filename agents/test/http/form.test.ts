import assert from "node:assert/strict";
import { test } from "node:test";
import { agentServer, type HttpLimits, readForm } from "../../src/http/index.ts";
import { bytesOf } from "../support/bytes.ts";

const B = "boundary";
const field = (name: string, value = "v") =>
  `--${B}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (name: string, value = "bytes") =>
  `--${B}\r\ncontent-disposition: form-data; name="${name}"; filename="f"\r\n` +
  `content-type: application/octet-stream\r\n\r\n${value}\r\n`;
const end = `--${B}--\r\n`;

async function post(
  body: string,
  limits: Partial<HttpLimits> = {},
  contentType = `multipart/form-data; boundary=${B}`,
) {
  const faults: unknown[] = [];
  const log = (_event: string, details: unknown) => faults.push(details);
  const { limits: all, server } = agentServer({ limits, log, ready: async () => undefined });
  server.post("/", async (request) => {
    const { fields, payload } = await readForm(request, all, { fields: ["one", "two"], file: "payload" });
    const bytes = payload === undefined ? "none" : Buffer.from(await bytesOf(payload)).toString();
    return { ...fields, payload: bytes };
  });
  const answer = await server.inject({
    method: "POST",
    url: "/",
    payload: body,
    headers: { "content-type": contentType },
  });
  await server.close();
  assert.deepEqual(faults, []);
  return { status: answer.statusCode, body: answer.json<Record<string, string>>() };
}

const honest = { one: "1", payload: "image", two: "2" };

test("fields in any order, then the file", async () => {
  const { body, status } = await post(field("two", "2") + field("one", "1") + file("payload", "image") + end);
  assert.deepEqual(body, honest);
  assert.equal(status, 200);
});

test("a form without a file, and an epilogue behind its end", async () => {
  const { body } = await post(`${field("one", "1") + field("two", "2") + end}epilogue`);
  assert.deepEqual(body, { ...honest, payload: "none" });
});

test("a JSON field may say so", async () => {
  const json = field("one", '{"a":1}').replace("\r\n\r\n", "\r\ncontent-type: application/json\r\n\r\n");
  const { body } = await post(json + field("two") + end);
  assert.deepEqual(body["one"], { a: 1 });
});

const refused: Readonly<Record<string, readonly [string, string, number]>> = {
  "a missing field": [field("one") + file("payload") + end, "http/keys", 405],
  "no field at all": [end, "http/keys", 405],
  "an unknown field": [field("one") + field("two") + field("three") + end, "http/keys", 405],
  "a field twice": [field("one") + field("one") + field("two") + end, "http/keys", 405],
  "a file before its fields": [field("one") + file("payload") + field("two") + end, "http/keys", 405],
  "a field behind the file": [field("one") + field("two") + file("payload") + field("one") + end, "http/keys", 405],
  "a second file": [field("one") + field("two") + file("payload") + file("payload") + end, "http/keys", 405],
  "a file of another name": [field("one") + field("two") + file("image") + end, "http/keys", 405],
  "a file in the place of a field": [file("one") + field("two") + end, "http/keys", 405],
  "a prototype's name": [field("toString") + field("two") + end, "http/form", 400],
  "a JSON field that is none": [
    field("one", "{").replace("\r\n\r\n", "\r\ncontent-type: application/json\r\n\r\n") + field("two") + end,
    "http/media-type",
    415,
  ],
  "a body that ends within the file": [field("one") + field("two") + file("payload").slice(0, -4), "http/cut", 400],
  "a body that ends behind the file": [field("one") + field("two") + file("payload"), "http/cut", 400],
  "a body that ends within a field": [field("one").slice(0, -3), "http/cut", 400],
};

for (const [name, [body, code, status]] of Object.entries(refused)) {
  test(`${name} is refused`, async () => {
    const answer = await post(body);
    assert.deepEqual([answer.body["code"], answer.status], [code, status]);
  });
}

test("a field and a file beyond their limits are refused", async () => {
  const long = await post(field("one", "x".repeat(101)) + field("two") + end, { maxFieldBytes: 100 });
  assert.deepEqual([long.body["code"], long.status], ["http/too-large", 413]);
  const large = await post(field("one") + field("two") + file("payload", "x".repeat(101)) + end, {
    maxPayloadBytes: 100,
  });
  assert.deepEqual([large.body["code"], large.status], ["http/too-large", 413]);
});

test("a form of another kind is refused", async () => {
  const noBoundary = await post("x", {}, "multipart/form-data");
  assert.deepEqual([noBoundary.body["code"], noBoundary.status], ["http/form", 400]);
  const json = await post("{}", {}, "application/json");
  assert.deepEqual([json.body["code"], json.status], ["http/media-type", 415]);
});
