import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../repository/workspaces.ts";

/** Loads a module that its package keeps to itself; `path` from the repository's folder. */
export async function privateModule<T>(path: string): Promise<T> {
  return (await import(pathToFileURL(join(root, path)).href)) as T;
}
