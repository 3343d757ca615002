import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStore } from "../src/index.ts";

/** A directory that is gone after the test. */
export class TemporaryDirectory implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<TemporaryDirectory> {
    return new TemporaryDirectory(await mkdtemp(join(tmpdir(), "firmament-store-")));
  }

  of(...names: readonly string[]): string {
    return join(this.path, ...names);
  }

  /** Every file below, relative, sorted. */
  async files(): Promise<readonly string[]> {
    const entries = await readdir(this.path, { recursive: true, withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return names.map((name) => name.slice(this.path.length + 1)).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** A store in a directory of its own. */
export class TemporaryStore implements AsyncDisposable {
  readonly directory: TemporaryDirectory;
  readonly store: FileStore;

  private constructor(directory: TemporaryDirectory, store: FileStore) {
    this.directory = directory;
    this.store = store;
  }

  static async make(): Promise<TemporaryStore> {
    const directory = await TemporaryDirectory.make();
    return new TemporaryStore(directory, await FileStore.open(directory.path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
    await this.directory[Symbol.asyncDispose]();
  }
}
