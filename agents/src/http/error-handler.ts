import { Refusal } from "@firmament/core/errors";
import type { FastifyReply, FastifyRequest } from "fastify";
import { drain } from "./connection.ts";
import { type httpErrors, refuse } from "./errors.ts";
import type { AgentLog } from "./ports.ts";

function textOf(error: unknown, name: "code" | "message"): string {
  const value: unknown = error instanceof Error && name in error ? Reflect.get(error, name) : undefined;
  return typeof value === "string" ? value : "";
}

function statusOf(error: unknown): number {
  return error instanceof Error && "statusCode" in error && typeof error.statusCode === "number"
    ? error.statusCode
    : 500;
}

const CUT = /^(?:FST_MP_PREMATURE_CLOSE|ECONNRESET|ERR_STREAM_PREMATURE_CLOSE|FST_ERR_CTP_INVALID_CONTENT_LENGTH)$/;
const CUT_TEXT = /terminated early|unexpected end of multipart/i;
const SURPLUS = /^FST_(?:PARTS|FILES|FIELDS)_LIMIT$/;

/**
 * The refusal that an error of a front stands for. What fastify and its parsers throw gets a code of its own; only
 * texts that speak of the request are told.
 *
 * @returns a refusal with status 500 for whatever is no fault of the sender's
 */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const [code, message] = [textOf(error, "code"), textOf(error, "message")];
  if (CUT.test(code) || CUT_TEXT.test(message)) return refuse("http/cut", "", { cause: error });
  if (SURPLUS.test(code)) return refuse("http/keys", "There are more parts than members.", { cause: error });
  switch (statusOf(error)) {
    case 413:
      return refuse("http/too-large", "", { cause: error });
    case 406:
    case 415:
      return refuse("http/media-type", "", { cause: error });
    default:
      if (statusOf(error) < 500) return refuse("http/form", message, { cause: error });
      return refuse("http/fault", "", { cause: error });
  }
}

// No fault, and asked for by whoever floods: it fills no log.
const BUSY: keyof typeof httpErrors = "http/busy";
// Uploads that are on their way end within seconds or minutes.
const RETRY_AFTER_S = 10;

function report(log: AgentLog, request: FastifyRequest, refusal: Refusal): void {
  const cause = refusal.cause instanceof Error ? (refusal.cause.stack ?? refusal.cause.message) : undefined;
  log("fault", { path: request.routeOptions.url, code: refusal.code, message: refusal.message, cause });
}

/** Answers `{error, code, message, remedy}` with the refusal's status, and tells the operator of faults. */
export function errorHandler(log: AgentLog, drainMs: number) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = refusalOf(error);
    const isBusy = refusal.code === BUSY;
    if (isBusy) reply.header("retry-after", RETRY_AFTER_S);
    else if (refusal.status >= 500 && !reply.raw.destroyed) report(log, request, refusal);
    drain(request.raw, drainMs);
    return reply.status(refusal.status).type("application/json; charset=utf-8").send(refusal.toJSON());
  };
}
