import { toHex, utf8 } from "../bytes/index.ts";
import type { Crypto } from "../keys/index.ts";

/** What an author signs over a manifest (PROTOCOL M-5): purpose, then the SHA-384 of its bytes. */
export function manifestSigningInput(crypto: Crypto, manifest: Uint8Array): Uint8Array {
  return utf8(`firmament-manifest/v1\n${toHex(crypto.sha384(manifest))}\n`);
}

/** What an author signs over an image (PROTOCOL M-5): purpose, then the image's SHA-384 in hexadecimal. */
export function payloadSigningInput(payloadDigest: string): Uint8Array {
  return utf8(`firmament-payload/v1\n${payloadDigest}\n`);
}

/** What a retiring author key signs for its successor (PROTOCOL M-6). */
export function successionSigningInput(ledger: string, from: string, to: string, className: string): Uint8Array {
  return utf8(`firmament-succession/v1\n${ledger}\n${from}\n${to}\n${className}\n`);
}
