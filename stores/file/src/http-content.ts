import type { IncomingMessage, ServerResponse } from "node:http";
import { asCid, type Cid } from "@firmament/core/cid";
import { type ContentStore, type GetOptions, refuseContent } from "@firmament/core/content";
import { Refusal } from "@firmament/core/errors";
import { refuseTransfer } from "./errors.ts";
import { requestedRange } from "./http-range.ts";

/** What serving needs of a store. */
export interface ServedContent extends Pick<ContentStore, "get" | "stat"> {
  /** The verified block of an inner node of content; `transfer/no-node` where it has no such node. */
  node(cid: string, node: string): Promise<Uint8Array>;
}

export interface ContentHandlerOptions {
  /** Time in which a client must take what was sent; 30 s by default. */
  readonly stallTimeoutMs?: number;
}

interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly store: ServedContent;
  readonly stallTimeoutMs: number;
  /** Fires when the connection is gone. */
  readonly gone: AbortSignal;
}

interface Target {
  readonly cid: Cid;
  /** The inner node that is asked for, in place of the content. */
  readonly node?: Cid;
}

const PATH = /^\/v1\/content\/([^/]+)(?:\/(?:(root)|nodes\/([^/]+)))?$/;

function targetOf(url: string): Target {
  const [path = ""] = url.split("?");
  const [matched, cid = "", root, node] = PATH.exec(path) ?? [];
  if (matched === undefined) throw refuseTransfer("transfer/path");
  if (root !== undefined) return { cid: asCid(cid), node: asCid(cid) };
  return node === undefined ? { cid: asCid(cid) } : { cid: asCid(cid), node: asCid(node) };
}

// Bytes under a CID never change, so any cache may keep them as long as it likes.
function headersOf(cid: Cid, type: string): Record<string, string> {
  return {
    etag: `"${cid}"`,
    "cache-control": "max-age=31536000, immutable",
    "content-type": type,
    "x-content-type-options": "nosniff",
  };
}

function isNotModified({ headers }: IncomingMessage, cid: Cid): boolean {
  const tags = (headers["if-none-match"] ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(`"${cid}"`);
}

// Without an equal strong tag the condition of If-Range fails (RFC 9110 section 13.1.5), and Range counts for GET only.
function rangeField({ method, headers }: IncomingMessage, cid: Cid): string | undefined {
  const condition = headers["if-range"];
  return method === "GET" && (condition === undefined || condition === `"${cid}"`) ? headers.range : undefined;
}

// Resolves when the chunk has left this process: it is lent.
async function write({ res, gone, stallTimeoutMs }: Exchange, chunk: Uint8Array): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = () => resolve(undefined);
  const stall = setTimeout(() => res.destroy(), stallTimeoutMs);
  gone.addEventListener("abort", end, { once: true });
  try {
    res.write(chunk, end);
    await promise;
    gone.throwIfAborted();
  } finally {
    gone.removeEventListener("abort", end);
    clearTimeout(stall);
  }
}

// The head waits for the first verified piece: content that is corrupt from the start is answered as such.
async function sendBytes(
  exchange: Exchange,
  status: number,
  headers: Record<string, string>,
  cid: Cid,
  range: GetOptions,
): Promise<void> {
  const { res, store, gone } = exchange;
  for await (const chunk of store.get(cid, { ...range, lend: true, signal: gone })) {
    if (!res.headersSent) res.writeHead(status, headers);
    await write(exchange, chunk);
  }
  if (!res.headersSent) res.writeHead(status, headers);
  res.end();
}

async function sendContent(exchange: Exchange, cid: Cid): Promise<void> {
  const { req, res, store } = exchange;
  const found = await store.stat(cid);
  if (found === undefined) throw refuseContent("content/not-found", `Nothing is stored as ${cid}.`);
  const headers = { ...headersOf(cid, "application/octet-stream"), "accept-ranges": "bytes" };
  const range = requestedRange(rangeField(req, cid), found.size);
  if (isNotModified(req, cid)) {
    res.writeHead(304, headers).end();
  } else if (range.kind === "unsatisfiable") {
    res.setHeader("content-range", `bytes */${found.size}`);
    throw refuseContent("content/range", `The content has ${found.size} bytes.`);
  } else if (req.method === "HEAD") {
    res.writeHead(200, { ...headers, "content-length": String(found.size) }).end();
  } else if (range.kind === "whole") {
    await sendBytes(exchange, 200, { ...headers, "content-length": String(found.size) }, cid, {});
  } else {
    const { offset, length } = range;
    const place = `bytes ${offset}-${offset + length - 1}/${found.size}`;
    const partHeaders = { ...headers, "content-length": String(length), "content-range": place };
    await sendBytes(exchange, 206, partHeaders, cid, { offset, length });
  }
}

async function sendNode({ req, res, store }: Exchange, cid: Cid, node: Cid): Promise<void> {
  const block = await store.node(cid, node);
  const headers = headersOf(node, "application/vnd.ipld.raw");
  if (isNotModified(req, node)) {
    res.writeHead(304, headers).end();
    return;
  }
  res.writeHead(200, { ...headers, "content-length": String(block.length) });
  res.end(req.method === "HEAD" ? undefined : block);
}

async function respond(exchange: Exchange): Promise<void> {
  const { req, res } = exchange;
  if (req.method !== "GET" && req.method !== "HEAD") {
    res.setHeader("allow", "GET, HEAD");
    throw refuseTransfer("transfer/method", `Got ${req.method}.`);
  }
  const { cid, node } = targetOf(req.url ?? "");
  await (node === undefined ? sendContent(exchange, cid) : sendNode(exchange, cid, node));
}

function answerError({ req, res, gone }: Exchange, error: unknown): void {
  // After the head only a cut tells the client that the bytes are not complete.
  if (res.headersSent || gone.aborted) {
    res.destroy();
    return;
  }
  const status = error instanceof Refusal ? error.status : 500;
  const body = error instanceof Refusal ? JSON.stringify(error) : '{"error":"ERR_INTERNAL"}';
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
  res.writeHead(status, { ...headers, "cache-control": "no-store" });
  res.end(req.method === "HEAD" ? undefined : body);
}

function isNodesFault({ gone }: Exchange, error: unknown): boolean {
  return error instanceof Refusal ? error.status >= 500 : !gone.aborted;
}

/**
 * Serves content to other organisations, gateways and devices: `GET` and `HEAD` of `/v1/content/<cid>` with
 * single ranges, of `/v1/content/<cid>/root` and of `/v1/content/<cid>/nodes/<cid>` (inner nodes). Who may ask is
 * decided before the handler is called.
 *
 * @returns a handler for `node:http` and whatever hands out its request and response. It answers everything itself.
 *   It rejects, after the answer, where the node is at fault: a corrupt file, a disk that fails. Clients that go
 *   away or stall are none.
 */
export function contentHandler(
  store: ServedContent,
  { stallTimeoutMs = 30_000 }: ContentHandlerOptions = {},
): (req: IncomingMessage, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    const connection = new AbortController();
    res.once("close", () => connection.abort());
    const exchange = { req, res, store, stallTimeoutMs, gone: connection.signal };
    try {
      await respond(exchange);
    } catch (error) {
      answerError(exchange, error);
      if (isNodesFault(exchange, error)) throw error;
    }
  };
}
