import { hash, randomBytes } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { DurableDirectory } from "./durable-directory.ts";
import { ifPresent, isRunning } from "./system-error.ts";

// Process ids mean nothing on another host or in another container, and come again after a restart; hence host
// and token.
const HOST = hash("sha256", hostname()).slice(0, 8);
const TOKEN = randomBytes(4).toString("hex");
const NAME = /^(?<host>[0-9a-f]{8})-(?<pid>[0-9]+)-(?<token>[0-9a-f]{8})-[0-9]+\.(?<kind>[0-9a-z]+)$/;

let counter = 0;

/** A file that no running process will come back to. */
export interface Leftover {
  readonly name: string;
  /** What it was made for, as given to {@link StagingArea.fresh}. */
  readonly kind: string;
}

function isOrphan(match: RegExpExecArray): boolean {
  const { host, pid, token } = match.groups ?? {};
  if (host !== HOST || token === TOKEN) return false;
  return Number(pid) === process.pid || !isRunning(Number(pid));
}

/** Files that are not stored yet, each named after the process that writes it. */
export class StagingArea implements AsyncDisposable {
  readonly #directory: DurableDirectory;

  private constructor(directory: DurableDirectory) {
    this.#directory = directory;
  }

  static async open(path: string): Promise<StagingArea> {
    return new StagingArea(await DurableDirectory.open(path));
  }

  /** Path of a new file; no file is made. */
  fresh(kind: string): string {
    return this.of(`${HOST}-${process.pid}-${TOKEN}-${++counter}.${kind}`);
  }

  of(name: string): string {
    return this.#directory.of(name);
  }

  /** Files of processes of this host that are gone, and any that nobody has written to for `staleAfterMs`. */
  async *leftovers(staleAfterMs: number): AsyncGenerator<Leftover> {
    for (const name of await readdir(this.#directory.path)) {
      const match = NAME.exec(name);
      const found = await ifPresent(stat(this.of(name)));
      if (found === undefined) continue;
      const stale = Date.now() - found.mtimeMs > staleAfterMs;
      if (stale || (match !== null && isOrphan(match))) yield { name, kind: match?.groups?.["kind"] ?? "" };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory[Symbol.asyncDispose]();
  }
}
