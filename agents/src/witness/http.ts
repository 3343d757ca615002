import type { IncomingMessage, ServerResponse } from "node:http";
import { fromBase64url, fromUtf8, toBase64url } from "@firmament/core/bytes";
import { base64urlOf, integer, object, seconds, text } from "@firmament/core/codec";
import { encodeCosignature, formatNote } from "@firmament/core/log";
import { Refusal } from "@firmament/core/errors";
import { checkpointText, type Ledger } from "@firmament/replica";
import fastify, { type FastifyInstance } from "fastify";
import { refuse } from "./errors.ts";
import type { Announcement } from "./ports.ts";
import type { Witness } from "./service.ts";

const announcement = object({
  keyId: text({ min: 8, max: 8, pattern: /^[0-9a-f]{8}$/ }),
  signature: base64urlOf(64),
  size: integer(1),
  time: seconds,
});
const nonceRequest = object({ nonce: base64urlOf(16, 32) });

/** What nodes tell one another of a cosignature, as JSON. */
export function announcementJson(found: Announcement): Record<string, string | number> {
  return { ...found, signature: toBase64url(found.signature) };
}

/** @throws Refusal `codec/…` */
export function parseAnnouncement(value: unknown): Announcement {
  const found = announcement(value, "cosignature");
  return { ...found, signature: fromBase64url(found.signature) };
}

/** The newest checkpoint as a C2SP note with every cosignature that the node keeps. */
function checkpointNote(witness: Witness): string {
  const { crypto, database, genesis, status } = witness.replica;
  const cosignatures = witness.cosigner.kept.at(status.size);
  if (cosignatures.length === 0) throw refuse("witness/no-checkpoint", `Size ${status.size}.`);
  const signatures = cosignatures.map(({ keyId, organisation: name, signature, time }) => {
    return { keyId, name, signature: encodeCosignature({ signature, time }) };
  });
  return fromUtf8(formatNote({ signatures, text: checkpointText(database, crypto, genesis.ledger, status.size) }));
}

// What fastify itself refuses is the sender's fault; anything else that is no refusal is this node's.
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
  if (error instanceof Error && typeof status === "number" && status < 500)
    return refuse("witness/form", error.message);
  return refuse("witness/fault", "", { cause: error });
}

/**
 * An organisation's node over HTTP: cosignatures in and out, its content for the others, nonces, status.
 *
 * @param content serves `GET /v1/content/…` from the node's own store
 */
export function witnessServer(
  witness: Witness,
  ledger: Ledger,
  content: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): FastifyInstance {
  const server = fastify({ bodyLimit: 16_384, forceCloseConnections: true });
  server.setErrorHandler((error, _request, reply) => {
    const refusal = refusalOf(error);
    return reply.status(refusal.status).send(refusal.toJSON());
  });
  server.post("/v1/cosignatures", (request, reply) => {
    witness.receive(parseAnnouncement(request.body));
    return reply.status(204).send();
  });
  server.get("/v1/cosignatures", () => {
    const { size } = witness.replica.status;
    return witness.cosigner.kept.at(size).map((each) => announcementJson({ ...each, size }));
  });
  server.post("/v1/nonces", async (request) => {
    if (witness.fault !== undefined) throw witness.fault;
    const { nonce } = nonceRequest(request.body, "request");
    const answer = await witness.cosigner.answerNonce(nonce);
    return { ...answer, signature: toBase64url(answer.signature) };
  });
  server.get("/v1/checkpoint", (_request, reply) =>
    reply.type("text/plain; charset=utf-8").send(checkpointNote(witness)),
  );
  server.get("/v1/status", async () => {
    const { root, ...status } = witness.replica.status;
    return { ...status, root: toBase64url(root), fault: witness.fault?.code, ledger: await ledger.status() };
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
