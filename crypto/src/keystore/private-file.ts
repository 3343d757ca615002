import { randomBytes } from "node:crypto";
import { link, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { refuse } from "./errors.ts";

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

// Unlike a rename, a link never replaces what another process put there meanwhile.
async function publish(temporary: string, path: string, replace: boolean): Promise<void> {
  if (replace) return rename(temporary, path);
  try {
    await link(temporary, path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST")
      throw refuse("keystore/exists", `See ${path}.`);
    throw error;
  }
  await unlink(temporary);
}

/**
 * Writes a file of mode 0600 whole or not at all; it is durable when the promise resolves.
 *
 * @throws Refusal `keystore/exists` unless `replace`
 */
export async function writePrivateFile(path: string, content: string, replace: boolean): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeDurably(temporary, content);
    await publish(temporary, path, replace);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}
