import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { FastifyInstance } from "fastify";

/** An upload whose first bytes are sent, and whose last bytes wait until it is told to end. */
export interface OpenUpload {
  readonly answer: Promise<{ readonly code: string; readonly retryAfter: string | undefined; readonly status: number }>;
  end(rest?: Uint8Array): void;
  cut(): void;
}

export interface UploadTarget {
  readonly headers: Readonly<Record<string, string>>;
  readonly method: "POST" | "PUT";
  readonly path: string;
}

async function answered([answer]: readonly IncomingMessage[]) {
  if (answer === undefined) throw new Error("there is no answer");
  const body = JSON.parse(await text(answer)) as { readonly code?: string };
  return { code: body.code ?? "", retryAfter: answer.headers["retry-after"], status: answer.statusCode ?? 0 };
}

/** Begins an upload to a listening front, on a connection of its own. */
export function openUpload(server: FastifyInstance, { headers, method, path }: UploadTarget, first: Uint8Array) {
  const { port } = server.server.address() as AddressInfo;
  const sent = request({ agent: false, headers, host: "127.0.0.1", method, path, port });
  const answer = once(sent, "response").then((found) => answered(found as IncomingMessage[]));
  // The end of a refused or cut one is no fault of the test.
  answer.catch(() => undefined);
  sent.on("error", () => undefined);
  sent.write(first);
  return { answer, cut: () => sent.destroy(), end: (rest = new Uint8Array()) => sent.end(rest) } satisfies OpenUpload;
}
