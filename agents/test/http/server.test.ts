import assert from "node:assert/strict";
import { test } from "node:test";
import { refusalsOf } from "@firmament/core/errors";
import { agentServer, refusalOf } from "../../src/http/index.ts";

const refuse = refusalsOf({
  "sample/away": { status: 503, error: "ERR_BC_NOT_AVAILABLE", rule: "It is away.", remedy: "Wait." },
});

async function* server(ready: () => Promise<void> = async () => undefined) {
  const faults: Readonly<Record<string, unknown>>[] = [];
  const log = (_event: string, details: Readonly<Record<string, unknown>>) => faults.push(details);
  const { server: found } = agentServer({ limits: { maxJsonBytes: 100 }, log, ready });
  found.post("/json", (request) => ({ got: request.body }));
  found.get("/fault", () => {
    throw new Error("a secret of the agent");
  });
  yield { faults, found };
  await found.close();
}

test("an agent lives, and is ready once what it needs answers", async () => {
  for await (const { found } of server()) {
    assert.deepEqual((await found.inject("/healthz")).json(), { status: "ok" });
    assert.deepEqual((await found.inject("/readyz")).json(), { status: "ready" });
  }
  for await (const { found } of server(() => Promise.reject(refuse("sample/away")))) {
    assert.equal((await found.inject("/healthz")).statusCode, 200);
    const answer = await found.inject("/readyz");
    assert.equal(answer.statusCode, 503);
    assert.deepEqual(answer.json(), {
      error: "ERR_BC_NOT_AVAILABLE",
      code: "sample/away",
      message: "It is away.",
      remedy: "Wait.",
    });
  }
});

test("what the server itself refuses has a code, a message and a remedy", async () => {
  const json = { "content-type": "application/json" };
  for await (const { faults, found } of server()) {
    const answers = [
      await found.inject({ method: "GET", url: "/nowhere" }),
      await found.inject({ method: "DELETE", url: "/json" }),
      await found.inject({ method: "POST", url: "/json", headers: json, payload: "{" }),
      await found.inject({ method: "POST", url: "/json", headers: json, payload: '{"__proto__":1}' }),
      await found.inject({ method: "POST", url: "/json", headers: json, payload: `"${"x".repeat(100)}"` }),
      await found.inject({ method: "POST", url: "/json", headers: { "content-type": "text/csv" }, payload: "a" }),
    ];
    assert.deepEqual(
      answers.map((answer) => [answer.statusCode, answer.json<{ code: string }>().code]),
      [
        [404, "http/path"],
        [404, "http/path"],
        [400, "http/form"],
        [400, "http/form"],
        [413, "http/too-large"],
        [415, "http/media-type"],
      ],
    );
    for (const answer of answers) {
      assert.deepEqual(Object.keys(answer.json<object>()), ["error", "code", "message", "remedy"]);
    }
    assert.deepEqual(faults, []);
  }
});

test("a fault tells the sender nothing and the operator everything", async () => {
  for await (const { faults, found } of server()) {
    const answer = await found.inject("/fault");
    assert.equal(answer.statusCode, 500);
    assert.equal(answer.json<{ code: string }>().code, "http/fault");
    assert.ok(!answer.body.includes("secret"));
    assert.match(String(faults[0]?.["cause"]), /a secret of the agent/);
  }
});

test("a connection that breaks is a cut body, and a refusal stays what it is", () => {
  assert.equal(refusalOf(Object.assign(new Error("aborted"), { code: "ECONNRESET" })).code, "http/cut");
  assert.equal(refusalOf(refuse("sample/away")).code, "sample/away");
  assert.equal(refusalOf("no error").code, "http/fault");
});
