import { constants, type FileHandle, mkdir, open, rename, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ifPresent } from "./system-error.ts";

async function openDirectory(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_DIRECTORY);
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await openDirectory(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

// A new directory is durable once its parent is, up to the first one that was there before.
async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o750 });
  if (first === undefined) return;
  const last = dirname(resolve(first));
  let parent = resolve(path);
  do {
    parent = dirname(parent);
    await syncDirectory(parent);
  } while (parent !== last && parent !== dirname(parent));
}

/**
 * A directory whose changes survive a loss of power once its methods resolve. Its handle is open before any
 * change is made: a change that could not be made durable for want of a handle does not happen.
 */
export class DurableDirectory implements AsyncDisposable {
  readonly path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Opens a directory, which is made where it is missing. */
  static async open(path: string): Promise<DurableDirectory> {
    await makeDirectory(path);
    return new DurableDirectory(path, await openDirectory(path));
  }

  /** Path of an entry. */
  of(name: string): string {
    return join(this.path, name);
  }

  /** Moves a file of the same file system here, over one that has the name already; not yet durable. */
  async take(from: string, name: string): Promise<void> {
    await rename(from, this.of(name));
  }

  /** Makes the changes so far durable. */
  async sync(): Promise<void> {
    await this.#handle.sync();
  }

  /** Makes an empty file where there is none. */
  async mark(name: string): Promise<void> {
    const handle = await open(this.of(name), "a", 0o640);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await this.sync();
  }

  /** Removes a file; one that is missing is removed already. */
  async remove(name: string): Promise<void> {
    await ifPresent(unlink(this.of(name)));
    await this.sync();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}
