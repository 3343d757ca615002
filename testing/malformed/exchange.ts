import { connect } from "node:net";
import { concat } from "@firmament/core/bytes";

/** A request as the bytes that go over the wire. */
export interface RawRequest {
  readonly method: string;
  /** The request target as it stands in the first line. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What came back: no status where the connection ended without an answer. */
export interface RawAnswer {
  readonly status: number | undefined;
  /** `code` of a JSON body, empty where there is none. */
  readonly code: string;
  readonly text: string;
}

const TIMEOUT_MS = 10_000;
const CUT = 65_536;

/** Bytes of a request; the connection ends after its answer. */
export function requestBytes({ body, headers = {}, method, target }: RawRequest): Uint8Array {
  const length = body === undefined ? {} : { "content-length": String(body.length) };
  const fields = Object.entries({ connection: "close", host: "localhost", ...length, ...headers });
  const head = [`${method} ${target} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""];
  return concat(Buffer.from(head.join("\r\n"), "latin1"), body ?? new Uint8Array(0));
}

function codeIn(text: string): string {
  const body = text.slice(text.indexOf("\r\n\r\n") + 4);
  try {
    const { code } = JSON.parse(body) as { readonly code?: unknown };
    return typeof code === "string" ? code : "";
  } catch {
    return "";
  }
}

/**
 * Sends bytes to a server and reads what it answers until it ends the connection, 64 KiB at most.
 *
 * @param cut ends the sender's side behind the bytes, for what may be no whole request
 */
export function exchange(base: URL, bytes: Uint8Array, cut = false): Promise<RawAnswer> {
  const { promise, reject, resolve } = Promise.withResolvers<RawAnswer>();
  const socket = connect({ host: base.hostname, port: Number(base.port) });
  let text = "";
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error("no answer came in time")));
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
    if (text.length > CUT) socket.destroy();
  });
  socket.on("error", (error) => {
    // A server may end a connection whose bytes it refuses while they are still being sent.
    if ("code" in error && ["ECONNRESET", "EPIPE"].includes(String(error.code))) return;
    reject(error);
  });
  socket.on("close", () => {
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
    resolve({ code: codeIn(text), status: status === undefined ? undefined : Number(status), text });
  });
  if (cut) socket.end(bytes);
  else socket.write(bytes);
  return promise;
}
