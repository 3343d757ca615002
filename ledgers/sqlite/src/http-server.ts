import { Readable } from "node:stream";
import { transactionLimits } from "@firmament/core/registry";
import { Refusal, show } from "@firmament/core/errors";
import type { Ledger } from "@firmament/replica";
import fastify, { type FastifyInstance } from "fastify";
import { refuse } from "./errors.ts";
import { blockLine } from "./wire.ts";

async function* lines(ledger: Ledger, from: number, signal: AbortSignal): AsyncGenerator<string> {
  for await (const block of ledger.blocks(from, signal)) yield blockLine(block);
}

function heightOf(text = "1"): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw refuse("ledger/height", `Got ${show(text)}.`);
  return Number(text);
}

/**
 * The ledger's HTTP front: `POST /v1/transactions`, `GET /v1/blocks?from=`, `GET /v1/status`, `GET /v1/genesis`.
 * Whoever reaches it may carry transactions; authority is in the transactions themselves.
 */
export function ledgerServer(ledger: Ledger, genesis: Uint8Array): FastifyInstance {
  const server = fastify({ bodyLimit: transactionLimits.maxBytes, forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refusal) return reply.status(error.status).send(error.toJSON());
    const status =
      error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
    const message = status < 500 && error instanceof Error ? error.message : "The ledger met a fault.";
    return reply.status(status).send({
      error: "ERR_REFUSED",
      code: "http/refused",
      message,
      remedy: "Compare the request with docs/PROTOCOL.md.",
    });
  });
  server.post("/v1/transactions", (request) => {
    const body: unknown = request.body;
    return ledger.submit(body instanceof Uint8Array ? Uint8Array.from(body) : new Uint8Array());
  });
  server.get<{ Querystring: { from?: string } }>("/v1/blocks", (request, reply) => {
    const ended = new AbortController();
    reply.raw.on("close", () => {
      ended.abort();
    });
    const from = heightOf(request.query.from);
    return reply
      .type("application/x-ndjson")
      .send(Readable.from(lines(ledger, from, ended.signal), { objectMode: false }));
  });
  server.get("/v1/status", () => ledger.status());
  server.get("/v1/genesis", (_request, reply) => reply.type("application/json").send(Buffer.from(genesis)));
  return server;
}
