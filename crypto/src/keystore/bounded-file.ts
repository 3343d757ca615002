import { type FileHandle, open } from "node:fs/promises";

/** A small file read whole: its bytes up to one more than asked for, and who may open it. */
export interface SmallFile {
  readonly bytes: Uint8Array;
  /** Whether group or others have any right on it; never on Windows, which has no such bits. */
  readonly isShared: boolean;
}

async function readUpTo(file: FileHandle, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await file.read(buffer, at, length - at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return buffer.subarray(0, at);
}

/**
 * Reads at most `maxBytes + 1` bytes, so that the caller sees an excess without holding it, and takes mode and
 * content from one handle, so that nobody exchanges the file between both.
 *
 * @returns undefined where the file cannot be opened or is a directory
 */
export async function readSmallFile(path: string, maxBytes: number): Promise<SmallFile | undefined> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { mode } = await file.stat();
    return {
      bytes: await readUpTo(file, maxBytes + 1),
      isShared: process.platform !== "win32" && (mode & 0o077) !== 0,
    };
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
