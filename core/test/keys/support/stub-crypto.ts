import { createHmac, hash } from "node:crypto";
import type { Crypto } from "@firmament/core/keys";

/** Real digests, and a signature primitive that says `verdict` to whatever the core lets through to it. */
export function stubCrypto(verdict: boolean): Crypto & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    sha256: (bytes) => hash("sha256", bytes, "buffer"),
    sha384: (bytes) => hash("sha384", bytes, "buffer"),
    hmacSha256: (key, bytes) => createHmac("sha256", key).update(bytes).digest(),
    verify: (algorithm) => {
      asked.push(algorithm);
      return verdict;
    },
  };
}
