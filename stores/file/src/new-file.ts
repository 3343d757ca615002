import { type FileHandle, open, unlink } from "node:fs/promises";
import { ifPresent } from "./system-error.ts";

/**
 * Makes a file that must not exist yet, lets `write` fill it and makes its bytes durable. Where anything
 * fails the file is removed again.
 */
export async function writeNew<T>(path: string, write: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, "wx", 0o640);
  try {
    const result = await write(handle);
    await handle.sync();
    await handle.close();
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await ifPresent(unlink(path));
    throw error;
  }
}
