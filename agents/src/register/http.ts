import { utf8 } from "@firmament/core/bytes";
import { digest256, text } from "@firmament/core/codec";
import { transactionLimits } from "@firmament/core/registry";
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
import type { RegisterService } from "./service.ts";

export interface RegisterServerOptions {
  readonly readKey: ReadPublicKey;
  readonly limits?: Partial<HttpLimits>;
  readonly log?: AgentLog;
  readonly serverFactory?: AgentServerOptions["serverFactory"] | undefined;
}

const transactionText = text({ max: transactionLimits.maxBytes });

function bearerOf({ headers }: FastifyRequest): string | undefined {
  const [, token] = /^Bearer ([A-Za-z0-9_.-]{1,4096})$/.exec(headers.authorization ?? "") ?? [];
  return token;
}

function bytesOf({ body }: FastifyRequest): Uint8Array {
  return body instanceof Uint8Array ? Uint8Array.from(body) : new Uint8Array();
}

/** `POST /v1/transactions` takes a transaction's bytes as they are, whatever they are called. */
async function transactionRoutes(server: FastifyInstance, service: RegisterService): Promise<void> {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    "*",
    { bodyLimit: transactionLimits.maxBytes, parseAs: "buffer" },
    (_request, body, done) => {
      done(null, body);
    },
  );
  server.post("/v1/transactions", (request, reply) => service.submit(bytesOf(request), goneSignal(reply.raw)));
}

/** `PUT /v1/releases/:id/content` takes the stored bytes as they arrive. */
async function contentRoutes(server: FastifyInstance, service: RegisterService, uploads: Uploads): Promise<void> {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("application/octet-stream", (_request, _payload, done) => {
    done(null);
  });
  server.put<{ Params: { id: string } }>("/v1/releases/:id/content", async (request, reply) => {
    const gone = goneSignal(reply.raw);
    const author = await service.authorOf(bearerOf(request), gone);
    const release = digest256(request.params.id, "release");
    const complete = () => service.complete(author, release, request.raw, gone);
    return reply.status(201).send(await uploads.run(author, complete));
  });
}

/**
 * The register agent over HTTP: source 004's `POST /register/author` and `POST /register`; `POST /v1/transactions`
 * for clients that sign for themselves, `PUT /v1/releases/:id/content` for what was left half-done, `GET /v1/status`.
 */
export function registerServer(service: RegisterService, options: RegisterServerOptions): FastifyInstance {
  const ready = async (signal: AbortSignal): Promise<void> => {
    await service.status(signal);
  };
  const { limits, server } = agentServer({ ...options, ready });
  const uploads = new Uploads(limits);
  server.post("/register/author", async (request, reply) => {
    const petition = parsePetition(request.body, options.readKey);
    const token = await service.petition(petition, goneSignal(reply.raw));
    return reply.status(201).type("text/plain; charset=utf-8").send(token);
  });
  server.post("/register", async (request, reply) => {
    const gone = goneSignal(reply.raw);
    const token = bearerOf(request);
    const author = await service.authorOf(token, gone);
    const { fields, payload } = await readForm(request, limits, { fields: ["transaction"], file: "payload" });
    const admitted = service.admit(utf8(transactionText(fields.transaction, "transaction")), token ?? "", author);
    const register = () => service.register(admitted, payload, gone);
    return reply.status(201).send(await (payload === undefined ? register() : uploads.run(author, register)));
  });
  server.get("/v1/status", (_request, reply) => service.status(goneSignal(reply.raw)));
  server.register((scope) => transactionRoutes(scope, service));
  server.register((scope) => contentRoutes(scope, service, uploads));
  return server;
}
