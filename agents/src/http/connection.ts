import type { IncomingMessage, ServerResponse } from "node:http";

/** Fires when the connection is gone, or the answer complete. */
export function goneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    gone.abort();
  });
  return gone.signal;
}

/**
 * Reads and drops the rest of a body that nobody wants any more: a sender that is still writing sees the answer
 * then, not a broken connection. Bounded in time.
 */
export function drain(request: IncomingMessage, drainMs: number): void {
  if (request.readableEnded || request.destroyed) return;
  request.unpipe();
  request.resume();
  const late = setTimeout(() => {
    request.destroy();
  }, drainMs);
  late.unref();
  const stop = () => {
    clearTimeout(late);
  };
  request.once("end", stop).once("close", stop);
}
