import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { sendUpdate } from "../src/agent-client.ts";
import { parseActor } from "../src/session.ts";

test("an agent that answers with something else than JSON is refused and no fault", async () => {
  const server = createServer((request, response) => request.resume().on("end", () => response.end("not JSON")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const update = { image: import.meta.filename, publicKey: "", update: {} };
  await assert.rejects(sendUpdate(base, update), { name: "Refusal", code: "cli/agent" });
  server.close();
});

test("an actor is an organisation and one of its actors, and nothing behind", () => {
  assert.deepEqual(parseActor("acme.example/admin"), { actor: "admin", organisation: "acme.example" });
  for (const text of ["", "/admin", "acme.example", "acme.example/admin/more", "acme.example/toString"])
    assert.throws(() => parseActor(text), { name: "Refusal", code: "cli/actor" }, text);
});
