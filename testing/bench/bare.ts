import { type ChildProcess, spawn } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { open, readFile, unlink } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { timed, timedAsync } from "./statistics.ts";

const SERVER = fileURLToPath(new URL("raw-server.ts", import.meta.url));
const PIECE = 1_048_576;

/** Milliseconds of one bare pass over an image of each kind. */
export interface BarePasses {
  readonly sha256: number;
  readonly sha384: number;
  readonly hmac: number;
  /** Written to a file and synced. */
  readonly write: number;
  /** Over raw node:http from another process. */
  readonly transfer: number;
}

/** A process that serves one file over bare node:http. */
export class RawServer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #url: string;

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.#url = url;
  }

  static async start(file: string): Promise<RawServer> {
    const child = spawn(process.execPath, [SERVER, file], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface(child.stdout)) return new RawServer(child, line);
    throw new Error("the raw server did not start");
  }

  /** Fetches the file and hands out every chunk. */
  async fetch(take: (chunk: Uint8Array) => void): Promise<void> {
    const [answer] = (await once(get(this.#url), "response")) as [IncomingMessage];
    answer.on("data", take);
    await once(answer, "end");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await once(this.#child, "exit");
  }
}

function hashMs(hash: ReturnType<typeof createHash | typeof createHmac>, bytes: Uint8Array): number {
  return timed(() => {
    for (let at = 0; at < bytes.length; at += PIECE) hash.update(bytes.subarray(at, at + PIECE));
    hash.digest();
  });
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, "w");
  for (let at = 0; at < bytes.length; at += PIECE) await handle.writeFile(bytes.subarray(at, at + PIECE));
  await handle.sync();
  await handle.close();
}

/** Times every kind of pass over a file's bytes once. */
export async function barePasses(file: string, server: RawServer): Promise<BarePasses> {
  const bytes = await readFile(file);
  const copy = `${file}.bare`;
  const passes = {
    hmac: hashMs(createHmac("sha256", new Uint8Array(32)), bytes),
    sha256: hashMs(createHash("sha256"), bytes),
    sha384: hashMs(createHash("sha384"), bytes),
    transfer: await timedAsync(() => server.fetch(() => undefined)),
    write: await timedAsync(() => writeDurably(copy, bytes)),
  };
  await unlink(copy);
  return passes;
}
