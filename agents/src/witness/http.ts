import type { IncomingMessage, ServerResponse } from "node:http";
import { fromBase64url, fromUtf8, toBase64url } from "@firmament/core/bytes";
import { base64urlOf, digest256, integer, object, seconds, text } from "@firmament/core/codec";
import { rootAt } from "@firmament/core/log";
import { Refusal, show } from "@firmament/core/errors";
import { transactionLimits } from "@firmament/core/registry";
import { cosignersOf } from "@firmament/core/trust";
import { checkpointNote, type Ledger, type LedgerStatus, logNodes } from "@firmament/replica";
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
} from "fastify";
import { refuse } from "./errors.ts";
import type { Announcement } from "./ports.ts";
import type { Witness } from "./service.ts";

const LEDGER_MS = 2000;

const announcement = object({
  keyId: text({ min: 8, max: 8, pattern: /^[0-9a-f]{8}$/ }),
  root: digest256,
  signature: base64urlOf(64),
  size: integer(1),
  time: seconds,
});
const nonceRequest = object({ nonce: base64urlOf(16, 32) });

/** What nodes tell one another of a cosignature, as JSON. */
export function announcementJson(found: Announcement): Record<string, string | number> {
  return { ...found, root: toBase64url(found.root), signature: toBase64url(found.signature) };
}

/** @throws Refusal `codec/…` */
export function parseAnnouncement(value: unknown): Announcement {
  const found = announcement(value, "cosignature");
  return { ...found, root: fromBase64url(found.root), signature: fromBase64url(found.signature) };
}

// With every cosignature that the node keeps.
function newestNote({ replica: { crypto, database, genesis, status } }: Witness): Uint8Array {
  const note = checkpointNote(database, crypto, genesis.ledger, status.size);
  if (note === undefined) throw refuse("witness/no-checkpoint", `Size ${status.size}.`);
  return note;
}

/** The newest cosignature by every key that the trust root in force delegates, and the newest of other histories. */
function newestCosignatures({ cosigner: { kept, trust }, heard, replica }: Witness): readonly Announcement[] {
  const { crypto, database } = replica;
  const own = [...cosignersOf(crypto, trust.document).keys()].flatMap((keyId) => {
    const found = kept.newestOf(keyId);
    if (found === undefined) return [];
    const { signature, size, time } = found;
    return [{ keyId, root: rootAt(crypto, logNodes(database), size), signature, size, time }];
  });
  return [...own, ...heard];
}

// The node's own status must not depend on a ledger that hangs: its alarms are about that ledger.
async function ledgerStatus(ledger: Ledger): Promise<LedgerStatus | undefined> {
  try {
    return await ledger.status(AbortSignal.timeout(LEDGER_MS));
  } catch (cause) {
    if (cause instanceof Refusal) return undefined;
    throw cause;
  }
}

// What fastify itself refuses is the sender's fault; anything else that is no refusal is this node's.
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  if (error instanceof Error && typeof status === "number" && status < 500)
    return refuse("witness/form", error.message);
  return refuse("witness/fault", "", { cause: error });
}

function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const refusal = refusalOf(error);
  return reply.status(refusal.status).type("application/json; charset=utf-8").send(refusal.toJSON());
}

// A transaction is bytes of any media type, as at the ledger.
function addCarrier(server: FastifyInstance, witness: Witness): void {
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => {
      parsed(null, body);
    });
    scope.route({
      bodyLimit: transactionLimits.maxBytes,
      method: "POST",
      url: "/v1/transactions",
      handler: async (request, reply) => {
        const body: unknown = request.body;
        const gone = new AbortController();
        reply.raw.on("close", () => {
          gone.abort();
        });
        return witness.carrier.carry(
          body instanceof Uint8Array ? Uint8Array.from(body) : new Uint8Array(),
          gone.signal,
        );
      },
    });
    done();
  });
}

/**
 * An organisation's node over HTTP: cosignatures in and out, its content for the others, nonces, status.
 *
 * @param content serves `GET /v1/content/…` from the node's own store
 * @param serverFactory makes the server that listens, where it speaks TLS
 */
export function witnessServer(
  witness: Witness,
  ledger: Ledger,
  content: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  serverFactory?: FastifyServerFactory,
): FastifyInstance {
  const server = fastify({
    bodyLimit: 16_384,
    forceCloseConnections: true,
    ...(serverFactory && { serverFactory }),
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, reply);
    },
  });
  server.setErrorHandler(answerError);
  server.setNotFoundHandler(({ method, url }) => {
    throw refuse("witness/form", `There is no ${method} ${show(url)}.`);
  });
  server.post("/v1/cosignatures", (request, reply) => {
    witness.receive(parseAnnouncement(request.body));
    return reply.status(204).send();
  });
  server.get("/v1/cosignatures", () => newestCosignatures(witness).map(announcementJson));
  addCarrier(server, witness);
  server.post("/v1/nonces", async (request) => {
    if (witness.fault !== undefined) throw witness.fault;
    const { nonce } = nonceRequest(request.body, "request");
    const answer = await witness.cosigner.answerNonce(nonce);
    return { ...answer, signature: toBase64url(answer.signature) };
  });
  server.get("/v1/checkpoint", (_request, reply) =>
    reply.type("text/plain; charset=utf-8").send(fromUtf8(newestNote(witness))),
  );
  server.get("/v1/status", async () => {
    const { root, ...status } = witness.replica.status;
    const { alarms, fault } = witness;
    return {
      ...status,
      root: toBase64url(root),
      fault: fault?.code,
      alarms: alarms.list,
      ledger: await ledgerStatus(ledger),
    };
  });
  server.route({
    method: ["GET", "HEAD"],
    url: "/v1/content/*",
    handler: async (request, reply) => {
      reply.hijack();
      await content(request.raw, reply.raw);
    },
  });
  return server;
}
