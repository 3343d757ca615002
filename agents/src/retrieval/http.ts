import { Readable } from "node:stream";
import { fromBase64url, toBase64 } from "@firmament/core/bytes";
import { deviceId, digest256, idName, text } from "@firmament/core/codec";
import { type Crypto, keyId } from "@firmament/core/keys";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  type AgentLog,
  agentServer,
  type AgentServerOptions,
  exactMembers,
  goneSignal,
  type HttpLimits,
  publicKeyFrom,
  type ReadPublicKey,
} from "../http/index.ts";
import type { DeviceID } from "./live-release.ts";
import type { ContentResponder } from "./ports.ts";
import type { BundleRequest, RetrievalService } from "./service.ts";

export interface RetrievalServerOptions {
  readonly crypto: Crypto;
  readonly readKey: ReadPublicKey;
  /** Serves `/v1/content/…` from the same store. */
  readonly content: ContentResponder;
  readonly limits?: Partial<HttpLimits>;
  readonly log?: AgentLog;
  readonly serverFactory?: AgentServerOptions["serverFactory"] | undefined;
}

const sizeText = text({ max: 15, pattern: /^(?:0|[1-9][0-9]*)$/ });
const base64 = (signature: string): string => toBase64(fromBase64url(signature));

function parseDevice(value: unknown, { crypto, readKey }: RetrievalServerOptions): DeviceID {
  const { classID, publicKey } = exactMembers(value, ["publicKey", "classID"]);
  return { author: keyId(crypto, publicKeyFrom(readKey, publicKey)), className: idName(classID, "classID") };
}

/** Source 004's three requests (S4-31, S4-32, S4-33). */
function sourceRoutes(server: FastifyInstance, service: RetrievalService, options: RetrievalServerOptions): void {
  server.post("/retrieve/version", (request, reply) => {
    const { manifest } = service.newest(parseDevice(request.body, options));
    return reply.status(201).type("text/plain; charset=utf-8").send(manifest.versionID);
  });
  server.post("/retrieve/update", (request) => {
    const { manifest, payloadSignature, signature } = service.newest(parseDevice(request.body, options));
    const signatures = { authorManifestSign: base64(signature), authorSign: base64(payloadSignature) };
    return { manifest, ...signatures, ...(manifest.stored === undefined ? {} : { cid: manifest.stored.cid }) };
  });
  server.post("/retrieve/payload", async (request, reply) => {
    const { bytes, size } = await service.payload(parseDevice(request.body, options), goneSignal(reply.raw));
    // A stream of bytes, a piece at a time: the default of sixteen objects would hold sixteen pieces.
    const stream = Readable.from(bytes, { highWaterMark: 1 });
    return reply
      .type("application/octet-stream")
      .header("content-length", size)
      .header("x-content-type-options", "nosniff")
      .send(stream);
  });
}

type BundleQuery = FastifyRequest<{ Params: { className: string }; Querystring: { device?: unknown; from?: unknown } }>;

// The tag is weak: later cosignatures of the same checkpoint may take the place of others.
const tagOf = (size: number): string => `W/"${size}"`;

function sizeOf(tag: string | undefined): number | undefined {
  const [, size] = /^(?:W\/)?"([0-9]{1,15})"$/.exec(tag ?? "") ?? [];
  return size === undefined ? undefined : Number(size);
}

function bundleRequest({ headers, params, query }: BundleQuery): BundleRequest {
  const known = sizeOf(headers["if-none-match"]);
  return {
    className: idName(params.className, "class"),
    ...(query.device === undefined ? {} : { device: deviceId(query.device, "device") }),
    ...(query.from === undefined ? {} : { from: Number(sizeText(query.from, "from")) }),
    ...(known === undefined ? {} : { known }),
  };
}

function sendBundle(service: RetrievalService, request: BundleQuery, reply: FastifyReply): FastifyReply {
  const { bytes, size } = service.bundle(bundleRequest(request));
  reply.header("etag", tagOf(size)).header("cache-control", "no-cache");
  if (bytes === undefined) return reply.status(304).send();
  return reply.type("application/cbor").send(Buffer.from(bytes));
}

/** Reads of the replica: bundles, releases, the checkpoint. */
function replicaRoutes(server: FastifyInstance, service: RetrievalService): void {
  server.get<{ Params: { className: string }; Querystring: { device?: unknown; from?: unknown } }>(
    "/v1/bundles/:className",
    (request, reply) => sendBundle(service, request, reply),
  );
  server.get<{ Params: { id: string } }>("/v1/releases/:id", ({ params }) => {
    const release = digest256(params.id, "release");
    return { release, ...service.release(release) };
  });
  server.get("/v1/checkpoint", (_request, reply) => reply.type("text/plain; charset=utf-8").send(service.checkpoint()));
}

function contentRoutes(server: FastifyInstance, { content, log }: RetrievalServerOptions): void {
  server.route({
    method: ["GET", "HEAD"],
    url: "/v1/content/*",
    handler: async (request, reply) => {
      reply.hijack();
      try {
        await content(request.raw, reply.raw);
      } catch (cause) {
        // It was answered already; the store is at fault.
        log?.("fault", { path: request.routeOptions.url, cause: String(cause) });
      }
    },
  });
}

/**
 * The retrieval agent over HTTP: source 004's `POST /retrieve/version`, `/retrieve/update` and `/retrieve/payload`;
 * `GET /v1/bundles/:class?device=&from=`, `/v1/content/…`, `/v1/releases/:id` and `/v1/checkpoint`.
 */
export function retrievalServer(service: RetrievalService, options: RetrievalServerOptions): FastifyInstance {
  const ready = async (): Promise<void> => {
    service.checkpoint();
  };
  const { server } = agentServer({ ...options, ready });
  sourceRoutes(server, service, options);
  replicaRoutes(server, service);
  contentRoutes(server, options);
  return server;
}
