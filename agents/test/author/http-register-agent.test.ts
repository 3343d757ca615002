import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { utf8 } from "@firmament/core/bytes";
import { refusalsOf } from "@firmament/core/errors";
import { HttpRegisterAgent } from "../../src/author/index.ts";
import { FakeRegisterAgent } from "../fakes/register-agent.ts";
import { streamOf } from "../support/bytes.ts";
import { refusesWith } from "../support/refuses-with.ts";

const refuse = refusalsOf({ "sample/cut": { status: 400, rule: "Cut.", remedy: "Again." } });
const { registration } = new FakeRegisterAgent();
const { signal } = new AbortController();
const petition = { message: "m", publicKey: "k", signedMessage: "s" };

async function serving(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(handler);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    agent: new HttpRegisterAgent(new URL(`http://127.0.0.1:${port}/`), { timeoutMs: 1000 }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const answering = (status: number, body: string) =>
  serving((request, response) => {
    request.resume().on("end", () => response.writeHead(status).end(body));
  });

const outgoing = (payload: AsyncIterable<Uint8Array> | undefined) => ({
  payload,
  token: "a.b.c",
  transaction: utf8("{}"),
});

test("a petition is sent as JSON and answered with the token", async () => {
  const bodies: string[] = [];
  await using server = await serving((request, response) => {
    request
      .on("data", (chunk: Buffer) => bodies.push(chunk.toString()))
      .on("end", () => response.writeHead(201).end("a.b.c"));
  });
  assert.equal(await server.agent.petition(petition, signal), "a.b.c");
  assert.deepEqual(JSON.parse(bodies.join("")), petition);
});

test("a registration carries token, transaction and payload, in this order", async () => {
  let seen = "";
  await using server = await serving((request, response) => {
    seen += String(request.headers.authorization);
    request
      .on("data", (chunk: Buffer) => (seen += chunk.toString()))
      .on("end", () => response.writeHead(201).end(JSON.stringify(registration)));
  });
  assert.deepEqual(await server.agent.register(outgoing(streamOf("im", "age")), signal), registration);
  assert.match(seen, /^Bearer a\.b\.c.*name="transaction".*\{\}.*name="payload".*image/s);
});

test("a refusal keeps the code, name, message and remedy of its source", async () => {
  const body = { error: "ERR_KEY_NOT_VALID", code: "some/code", message: "A message.", remedy: "A remedy." };
  await using server = await answering(403, JSON.stringify(body));
  const refusal = await refusesWith("some/code", server.agent.register(outgoing(undefined), signal));
  assert.equal(refusal.status, 403);
  assert.deepEqual(refusal.toJSON(), body);
});

test("an answer without the form of its interface is refused", async () => {
  for (const [status, body] of [
    [201, "{}"],
    [201, "no JSON"],
    [500, "no JSON"],
    [500, "{}"],
    [502, "[]"],
    [201, "x".repeat(70_000)],
  ] as const) {
    await using server = await answering(status, body);
    await refusesWith("author-agent/answer", server.agent.register(outgoing(undefined), signal));
  }
  await using server = await answering(201, "no token");
  await refusesWith("author-agent/answer", server.agent.petition(petition, signal));
});

test("an agent that is away, hangs or redirects is unreachable", async () => {
  const away = new HttpRegisterAgent(new URL("http://127.0.0.1:1/"));
  const refusal = await refusesWith("author-agent/unreachable", away.petition(petition, signal));
  assert.equal(refusal.error, "ERR_BC_NOT_AVAILABLE");
  await refusesWith("author-agent/unreachable", away.ready(signal));
  await using redirecting = await serving((_request, response) =>
    response.writeHead(307, { location: "/elsewhere" }).end(),
  );
  await refusesWith("author-agent/unreachable", redirecting.agent.petition(petition, signal));
});

test("a payload that fails is told as its own failure, and the body is left open", async () => {
  const ends: boolean[] = [];
  await using server = await serving((request) => {
    request.resume().on("close", () => ends.push(request.complete));
  });
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1);
    throw refuse("sample/cut");
  }
  await refusesWith("sample/cut", server.agent.register(outgoing(failing()), signal));
  while (ends.length === 0) await new Promise(setImmediate);
  assert.deepEqual(ends, [false]);
});

test("a refusal that comes before the payload was sent is read, and the source is closed", async () => {
  const body = JSON.stringify({ error: "ERR_KEY_NOT_VALID", code: "some/code", message: "", remedy: "" });
  await using server = await serving((request, response) => {
    response.writeHead(403).end(body);
    request.resume();
  });
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield new Uint8Array(65_536);
    } finally {
      closed = true;
    }
  }
  await refusesWith("some/code", server.agent.register(outgoing(endless()), signal));
  while (!closed) await new Promise(setImmediate);
});

test("an author that goes away ends the upload", async () => {
  const gone = new AbortController();
  await using server = await serving((request) => {
    request.once("data", () => {
      gone.abort();
    });
  });
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(1024);
  }
  await refusesWith("author-agent/unreachable", server.agent.register(outgoing(endless()), gone.signal));
});
