import type { AuthorKeyStore, StoredAuthor } from "../../src/author/index.ts";

/** A key store in memory. */
export class FakeKeyStore implements AuthorKeyStore {
  readonly kept = new Map<string, StoredAuthor>();

  async load(author: string): Promise<StoredAuthor | undefined> {
    return this.kept.get(author);
  }

  async save(stored: StoredAuthor): Promise<void> {
    this.kept.set(stored.author, stored);
  }
}
