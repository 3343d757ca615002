import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { bytesOf } from "../log/remembered.ts";
import { refuse } from "./errors.ts";
import { decodeMemberFile, type Member } from "./member-file.ts";

/** Looks before work whose result could not be written is begun. @throws Refusal `ceremony/exists` */
export function assertFree(path: string): void {
  if (existsSync(path)) throw refuse("ceremony/exists", path);
}

/** Writes a file that others may read, which does not exist yet. @throws Refusal `ceremony/exists` */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") throw refuse("ceremony/exists", path);
    throw cause;
  });
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads a member file that a command names. @throws Refusal `cli/file`, and those of {@link decodeMemberFile} */
export async function memberAt(path: string): Promise<Member> {
  return decodeMemberFile(await bytesOf(path)).statement;
}
