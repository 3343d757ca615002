import { createHash } from "node:crypto";
import type { Digested } from "@firmament/core/update";
import type { Flash } from "./flash.ts";

const CHUNK_BYTES = 65_536;

/** Reads the first `size` bytes of a place back and tells whether they have both digests. */
export function isImageIntact(flash: Flash, { size, sha256, sha384 }: Digested): boolean {
  if (size > flash.size) return false;
  const hashes = [createHash("sha256"), createHash("sha384")] as const;
  for (let at = 0; at < size; at += CHUNK_BYTES) {
    const chunk = flash.read(at, Math.min(CHUNK_BYTES, size - at));
    for (const hash of hashes) hash.update(chunk);
  }
  return hashes[0].digest("hex") === sha256 && hashes[1].digest("hex") === sha384;
}
