import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AuthorKeyStore, StoredAuthor } from "@firmament/agents/author";
import { canonicalBytes, decodeCanonical, digest256, object, text } from "@firmament/core/codec";
import { seal, unseal } from "@firmament/crypto";

const stored = object({ author: digest256, publicKey: text({ max: 16_384 }), token: text({ max: 8192 }) });

/** An author agent's key store: one file per author, encrypted with the agent's passphrase. */
export class FileAuthorKeyStore implements AuthorKeyStore {
  readonly #folder: string;
  readonly #passphrase: Uint8Array;
  readonly #opened = new Map<string, StoredAuthor>();

  constructor(folder: string, passphrase: Uint8Array) {
    this.#folder = folder;
    this.#passphrase = passphrase;
  }

  async load(author: string): Promise<StoredAuthor | undefined> {
    const opened = this.#opened.get(author);
    if (opened !== undefined) return opened;
    const sealed = await readFile(this.#file(author), "utf8").catch(missing);
    if (sealed === undefined) return undefined;
    const bytes = await unseal(sealed, this.#passphrase, "json");
    const found = stored(decodeCanonical(bytes), "stored author");
    this.#opened.set(author, found);
    return found;
  }

  async save(author: StoredAuthor): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#file(author.author);
    const fresh = `${file}.${randomUUID()}`;
    const sealed = await seal(canonicalBytes(author), this.#passphrase, "json");
    await writeFile(fresh, sealed, { flag: "wx", flush: true, mode: 0o600 });
    await rename(fresh, file);
    this.#opened.set(author.author, author);
  }

  #file(author: string): string {
    return join(this.#folder, `${digest256(author, "author")}.jwe`);
  }
}

function missing(cause: unknown): undefined {
  if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
  throw cause;
}
