import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Refusal } from "@firmament/core/errors";
import { EngineRpc } from "../src/engine-rpc.ts";

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;
const transaction = Uint8Array.of(1, 2, 3);

describe("an engine's RPC", () => {
  let folder = "";
  let path = "";
  let server: Server;
  let answer = "";
  let asked: unknown;

  const answering = (value: object) => {
    answer = JSON.stringify(value);
    return new EngineRpc(path);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "firmament-rpc-"));
    path = join(folder, "rpc.sock");
    server = createServer((request, response) => {
      void (async () => {
        asked = JSON.parse(Buffer.concat(await request.toArray()).toString());
        response.end(answer);
      })();
    });
    server.listen(path);
    await once(server, "listening");
  });

  after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  it("gives a method's result", async () => {
    using rpc = answering({ result: { total: "4" } });
    assert.deepEqual(await rpc.call("validators", { per_page: "100" }), { total: "4" });
    assert.deepEqual(asked, { id: 0, jsonrpc: "2.0", method: "validators", params: { per_page: "100" } });
  });

  it("refuses an error, what is no JSON, what is too long, and an engine that is away", async () => {
    using rpc = answering({ error: { code: -32601, message: "Method not found" } });
    await assert.rejects(rpc.call("none"), { code: "ledger/engine", message: /Method not found/ });
    answer = "{";
    await assert.rejects(rpc.call("status"), coded("ledger/engine"));
    answer = JSON.stringify({ result: "a".repeat(4_194_304) });
    await assert.rejects(rpc.call("status"), { code: "ledger/engine", message: /longer than 4194304 bytes/ });
    using away = new EngineRpc(join(folder, "none.sock"));
    await assert.rejects(away.call("status"), coded("ledger/engine"));
  });

  it("forgives a transaction that the pool has, and tells a full pool from other errors", async () => {
    const error = (data: string) => ({ error: { code: -32603, data, message: "Internal error" } });
    using rpc = answering(error("tx already exists in cache"));
    await rpc.broadcast(transaction);
    answer = JSON.stringify(error("mempool is full: number of txs 5000 (max: 5000)"));
    await assert.rejects(rpc.broadcast(transaction), coded("ledger/busy"));
    answer = JSON.stringify(error("endpoint is closed while node is catching up"));
    await assert.rejects(rpc.broadcast(transaction), coded("ledger/engine"));
  });

  it("passes on what the application refuses, and no log that is no refusal", async () => {
    const log = JSON.stringify({ code: "identity/unknown", message: "", remedy: "", status: 403 });
    using rpc = answering({ result: { code: 1, log } });
    await assert.rejects(rpc.broadcast(transaction), coded("identity/unknown"));
    for (const other of ["", "null", "{}", "[7]"]) {
      answer = JSON.stringify({ result: { code: 1, log: other } });
      await assert.rejects(rpc.broadcast(transaction), coded("ledger/engine"));
    }
  });
});
