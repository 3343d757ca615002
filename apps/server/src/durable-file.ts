import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Makes the names in a folder durable. */
export function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Makes a folder, and every one above it that is missing, durably. */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { mode: 0o700, recursive: true });
  if (first !== undefined) for (let at = path; at.length >= first.length; at = dirname(at)) syncFolder(dirname(at));
}

/** Replaces a file whole or not at all; it is durable when this returns. Synchronous: nothing happens in between. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const next = `${path}.next`;
  const file = openSync(next, "w", 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
  syncFolder(dirname(path));
}
