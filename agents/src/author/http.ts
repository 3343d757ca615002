import type { Crypto } from "@firmament/core/keys";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  type AgentLog,
  agentServer,
  type AgentServerOptions,
  goneSignal,
  type HttpLimits,
  parsePetition,
  type ReadPublicKey,
  readForm,
  Uploads,
} from "../http/index.ts";
import { refuse } from "./errors.ts";
import type { AuthorService } from "./service.ts";
import { parseFields, parseJsonBody, type UpdateReader } from "./update.ts";

export interface AuthorServerOptions {
  readonly crypto: Crypto;
  readonly readKey: ReadPublicKey;
  readonly limits?: Partial<HttpLimits>;
  readonly log?: AgentLog;
  readonly serverFactory?: AgentServerOptions["serverFactory"] | undefined;
}

async function readUpdate(request: FastifyRequest, reader: UpdateReader, limits: HttpLimits) {
  if (!request.isMultipart()) return parseJsonBody(reader, request.body);
  const { fields, payload } = await readForm(request, limits, { fields: ["publicKey", "update"], file: "payload" });
  return { payload, update: parseFields(reader, fields) };
}

/**
 * The author agent over HTTP, with source 004's paths: `POST /register/author`, `POST /register`. `POST /sign` is
 * refused before its body is read.
 */
export function authorServer(service: AuthorService, options: AuthorServerOptions): FastifyInstance {
  const { limits, server } = agentServer({ ...options, ready: (signal) => service.ready(signal) });
  const { crypto, readKey } = options;
  const uploads = new Uploads(limits);
  const reader: UpdateReader = { crypto, maxPayloadCharacters: limits.maxJsonBytes, readKey };
  server.post("/register/author", async (request, reply) => {
    const petition = parsePetition(request.body, readKey);
    const token = await service.petition(petition, goneSignal(reply.raw));
    return reply.status(201).type("text/plain; charset=utf-8").send(token);
  });
  server.post("/register", async (request, reply) => {
    const gone = goneSignal(reply.raw);
    const { payload, update } = await readUpdate(request, reader, limits);
    const register = () => service.register(update, payload, gone);
    return reply.status(201).send(await (payload === undefined ? register() : uploads.run(update.author, register)));
  });
  const onRequest = async (): Promise<void> => {
    throw refuse("author-agent/sign");
  };
  server.post("/sign", { onRequest }, () => undefined);
  return server;
}
