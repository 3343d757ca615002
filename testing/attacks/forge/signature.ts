import { concat, fromBase64url, fromHex, fromUtf8, toBase64url, toHex } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";

/** Order of P-256, NIST SP 800-186 section 3.2.1.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The transaction with another signature; header and payload stay as they are. */
export function withSignature(transaction: Uint8Array, change: (signature: Uint8Array) => Uint8Array): Uint8Array {
  const envelope = JSON.parse(fromUtf8(transaction)) as { readonly signature: string };
  return canonicalBytes({ ...envelope, signature: toBase64url(change(fromBase64url(envelope.signature))) });
}

/** r, n − s of an ES256 signature r, s: the other number that satisfies the same equation. */
export function otherS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${toHex(signature.subarray(32))}`);
  return concat(signature.subarray(0, 32), fromHex((ORDER - s).toString(16).padStart(64, "0")));
}
