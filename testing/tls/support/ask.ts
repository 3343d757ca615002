import { request, type RequestOptions } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { ConnectionOptions } from "node:tls";

/** What came back: a status, or code and message of the error that ended the connection. */
export type Answer = number | string;

/** One request on a connection of its own, as a stock TLS client makes it; it believes any server unless told. */
export function ask(
  url: URL,
  path: string,
  identity: ConnectionOptions & Pick<RequestOptions, "localAddress">,
  body?: Uint8Array,
): Promise<Answer> {
  const method = body === undefined ? "GET" : "POST";
  const options = { rejectUnauthorized: false, ...identity, agent: false, method };
  return new Promise((resolve) => {
    const sent = request(new URL(path, url), { ...options, timeout: 5000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on("timeout", () => sent.destroy(new Error("it hangs")));
    sent.on("error", (cause) => resolve(`${"code" in cause ? String(cause.code) : ""} ${cause.message}`));
    sent.end(body);
  });
}

/** Whether the connection was ended before anything was answered. */
export function isCut(answer: Answer): boolean {
  return typeof answer === "string" && /^(?:ERR_SSL_|ECONNRESET |EPIPE )/.test(answer);
}

/** Waits until something holds; a changed ledger is looked at every second. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return;
    await delay(50);
  }
  throw new Error("it never held");
}
