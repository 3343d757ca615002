import { Refusal } from "@firmament/core/errors";
import type { Crypto } from "@firmament/core/keys";
import { decodeManifest, type Manifest } from "@firmament/core/manifest";
import { refuse } from "./errors.ts";

/**
 * Decodes a manifest as the ledger will, on every agent that it passes (S4-52). What breaks the form gets source
 * 004's name for it; a manifest that contradicts itself keeps the core's own code.
 *
 * @param bytes canonical JSON
 * @throws Refusal `upload/manifest`, `manifest/…`
 */
export function requireManifest(crypto: Crypto, bytes: Uint8Array): Manifest {
  try {
    return decodeManifest(crypto, bytes);
  } catch (cause) {
    if (cause instanceof Refusal && !cause.code.startsWith("manifest/")) {
      throw refuse("upload/manifest", cause.message, { cause });
    }
    throw cause;
  }
}

/** A file comes with a manifest that names stored bytes, and with no other. @throws Refusal `upload/payload-…` */
export function requirePayload(manifest: Manifest, payload: AsyncIterable<Uint8Array> | undefined): void {
  if (manifest.stored !== undefined && payload === undefined) {
    throw refuse("upload/payload-missing", manifest.stored.cid);
  }
  if (manifest.stored === undefined && payload !== undefined) throw refuse("upload/payload-surplus");
}
