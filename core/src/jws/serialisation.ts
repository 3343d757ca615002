import { toBase64url, utf8 } from "../bytes/index.ts";
import { base64urlOf, type Decoded, type Decoder, object, signatureText, sorted } from "../codec/index.ts";
import type { Signer } from "../keys/index.ts";
import { maxHeaderBytes, protectedHeader, type Purpose } from "./header.ts";

const header = base64urlOf(2, maxHeaderBytes);

/**
 * One signature beside its document: RFC 7515 appendix F, the payload detached. Also a member of
 * {@link GeneralJws.signatures}.
 */
export const jwsSignature = object({ protected: header, signature: signatureText });
export type JwsSignature = Decoded<typeof jwsSignature>;

/** RFC 7515 section 7.2.2; every member is canonical base64url. */
export interface FlattenedJws extends JwsSignature {
  readonly payload: string;
}

/** RFC 7515 section 7.2.1; signatures strictly rise by their `protected` text, so that no key signs twice. */
export interface GeneralJws {
  readonly payload: string;
  readonly signatures: readonly JwsSignature[];
}

/** Decoder of a flattened JWS without unprotected header. */
export function flattenedJws(limits: { readonly maxPayloadBytes: number }): Decoder<FlattenedJws> {
  return object({ payload: base64urlOf(1, limits.maxPayloadBytes), protected: header, signature: signatureText });
}

/** Decoder of a general JWS with 1 to `maxSignatures` signatures. */
export function generalJws(limits: {
  readonly maxPayloadBytes: number;
  readonly maxSignatures: number;
}): Decoder<GeneralJws> {
  const rule = { min: 1, max: limits.maxSignatures, key: (item: JwsSignature) => item.protected };
  return object({ payload: base64urlOf(1, limits.maxPayloadBytes), signatures: sorted(jwsSignature, rule) });
}

/**
 * The bytes that a signature covers (RFC 7515 section 5.1): `protected "." payload`, both as base64url text. A
 * transaction's id is their SHA-256.
 */
export function signingInput(protectedText: string, payloadText: string): Uint8Array<ArrayBuffer> {
  return utf8(`${protectedText}.${payloadText}`);
}

/**
 * A JWS that waits for its signature: the caller signs {@link signingInput} of both texts and adds the result as
 * base64url in `signature`.
 *
 * @param signer who will sign; only its names are used
 */
export function unsignedJws(
  signer: Pick<Signer, "algorithm" | "kid">,
  purpose: Purpose,
  payload: Uint8Array,
): Omit<FlattenedJws, "signature"> {
  const alg = signer.algorithm;
  return { payload: toBase64url(payload), protected: protectedHeader({ ...purpose, alg, kid: signer.kid }) };
}
