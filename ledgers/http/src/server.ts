import { Readable } from "node:stream";
import { transactionLimits } from "@firmament/core/registry";
import { Refusal, show } from "@firmament/core/errors";
import type { Ledger } from "@firmament/replica";
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from "fastify";
import { refuse } from "./errors.ts";
import { blockLine } from "./wire.ts";

async function* lines(ledger: Ledger, from: number, signal: AbortSignal): AsyncGenerator<string> {
  for await (const block of ledger.blocks(from, signal)) yield blockLine(block);
}

function heightOf(text = "1"): number {
  if (!/^[0-9]{1,15}$/.test(text)) throw refuse("ledger/height", `Got ${show(text)}.`);
  return Number(text);
}

// What fastify itself refuses is the sender's fault; anything else that is no refusal is this process's.
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  if (error instanceof Error && typeof status === "number" && status < 500) {
    return refuse("ledger/request", error.message);
  }
  return refuse("ledger/fault", "", { cause: error });
}

function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  return reply.status(refusal.status).type("application/json; charset=utf-8").send(refusal.toJSON());
}

/**
 * The ledger's HTTP front: `POST /v1/transactions`, `GET /v1/blocks?from=`, `GET /v1/status`, `GET /v1/genesis`.
 * Whoever reaches it may carry transactions; authority is in the transactions themselves.
 *
 * @param serverFactory makes the server that listens, where it speaks TLS
 */
export function ledgerServer(
  ledger: Ledger,
  genesis: Uint8Array,
  serverFactory?: FastifyServerFactory,
): FastifyInstance {
  const server = fastify({
    bodyLimit: transactionLimits.maxBytes,
    forceCloseConnections: true,
    ...(serverFactory && { serverFactory }),
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, reply);
    },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  server.setErrorHandler(answerError);
  server.setNotFoundHandler(({ method, url }) => {
    throw refuse("ledger/request", `There is no ${method} ${show(url)}.`);
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
    const blocks = Readable.from(lines(ledger, from, ended.signal), { objectMode: false });
    void reply.type("application/x-ndjson").send(blocks);
    // At once: where no block comes for long, its asker would take a head that does not come for a dead front.
    reply.raw.flushHeaders();
    return reply;
  });
  server.get("/v1/status", () => ledger.status());
  server.get("/v1/genesis", (_request, reply) => reply.type("application/json").send(Buffer.from(genesis)));
  return server;
}
