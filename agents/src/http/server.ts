import multipart from "@fastify/multipart";
import fastify, { type FastifyInstance, type FastifyServerFactory } from "fastify";
import { errorHandler } from "./error-handler.ts";
import { refuse } from "./errors.ts";
import { type HttpLimits, httpLimits } from "./limits.ts";
import type { AgentLog } from "./ports.ts";

/** What the fronts of all agents have in common. */
export interface AgentServerOptions {
  readonly limits?: Partial<HttpLimits>;
  readonly log?: AgentLog;
  /** Makes the server that listens, where it speaks TLS. */
  readonly serverFactory?: FastifyServerFactory | undefined;
  /** Resolves where everything that the agent needs answers; its refusal is the answer of `/readyz`. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
}

const READY_MS = 2000;

async function ready(check: AgentServerOptions["ready"]): Promise<{ readonly status: "ready" }> {
  await check(AbortSignal.timeout(READY_MS));
  return { status: "ready" };
}

/** A server with error answers, bounds, multipart bodies, `GET /healthz` and `GET /readyz`, and no route besides. */
export function agentServer(options: AgentServerOptions): {
  readonly server: FastifyInstance;
  readonly limits: HttpLimits;
} {
  const limits: HttpLimits = { ...httpLimits, ...options.limits };
  const answerError = errorHandler(options.log ?? (() => undefined), limits.drainMs);
  const server = fastify({
    bodyLimit: limits.maxJsonBytes,
    forceCloseConnections: true,
    ...(options.serverFactory && { serverFactory: options.serverFactory }),
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, reply);
    },
  });
  server.setErrorHandler(answerError);
  server.setNotFoundHandler(() => {
    throw refuse("http/path");
  });
  server.register(multipart, { limits: { fieldNameSize: 64, fieldSize: limits.maxFieldBytes, headerPairs: 16 } });
  server.get("/healthz", () => ({ status: "ok" }));
  server.get("/readyz", () => ready(options.ready));
  return { server, limits };
}
