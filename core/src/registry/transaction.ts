import { concat, fromBase64url, toBase64url } from "../bytes/index.ts";
import {
  base64urlOf,
  canonicalBytes,
  type Decoded,
  decodeCanonical,
  digest256,
  object,
  oneOf,
  seconds,
  signatureText,
  text,
} from "../codec/index.ts";
import type { Algorithm, Crypto } from "../keys/index.ts";
import { signingInput, unsignedJws } from "../jws/index.ts";
import { ledgerId } from "../log/index.ts";
import { bodies, type Body, type TransactionType } from "./bodies.ts";

/** Limits of a transaction in bytes (PROTOCOL Z-1). */
export const transactionLimits = { maxBytes: 131_072, maxPayload: 65_536, maxDepth: 12, maxLifetime: 600 } as const;

const HEADER_LIMITS = { maxBytes: 512, maxDepth: 1 };
const TRANSACTION_TYPE = "firmament-tx+json";

const envelope = object({
  payload: base64urlOf(2, transactionLimits.maxPayload),
  protected: base64urlOf(2, HEADER_LIMITS.maxBytes),
  signature: signatureText,
});
/** A transaction as it travels: RFC 7515 flattened JSON serialisation. */
export type Envelope = Decoded<typeof envelope>;

const header = object({
  alg: oneOf("ES256", "EdDSA", "RS384"),
  kid: digest256,
  ledger: ledgerId,
  typ: oneOf(TRANSACTION_TYPE),
});
const anyType = text({ max: 64 });
const content = object({ body: (value) => value, expires: seconds, type: anyType });

interface Common {
  /** SHA-256 of the signing input, base64url; the signature has no part in it. */
  readonly id: string;
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly ledger: string;
  /** Seconds since 1970. */
  readonly expires: number;
  readonly signingInput: Uint8Array;
  readonly signature: Uint8Array;
}

/** A decoded transaction of one type. */
export type Transaction = {
  [T in TransactionType]: Common & { readonly type: T; readonly body: Body<T> };
}[TransactionType];
export type TransactionOf<T extends TransactionType> = Extract<Transaction, { readonly type: T }>;

const typeName = oneOf(...(Object.keys(bodies) as TransactionType[]));

function idOf(crypto: Crypto, input: Uint8Array): string {
  return toBase64url(crypto.sha256(input));
}

/** Id of a transaction: SHA-256(protected ‖ "." ‖ payload) as base64url (PROTOCOL X-3). */
export function transactionId(crypto: Crypto, found: Pick<Envelope, "payload" | "protected">): string {
  return idOf(crypto, signingInput(found.protected, found.payload));
}

/**
 * Decodes a transaction completely, before anybody looks at its signature (PROTOCOL ).
 *
 * @param bytes canonical JSON of the flattened JWS
 * @throws Refusal `codec/…`, `bytes/…`, `keys/…`
 */
export function decodeTransaction(crypto: Crypto, bytes: Uint8Array): Transaction {
  const found = envelope(decodeCanonical(bytes, { maxBytes: transactionLimits.maxBytes, maxDepth: 1 }), "transaction");
  const head = header(decodeCanonical(fromBase64url(found.protected), HEADER_LIMITS), "protected");
  const payloadLimits = { maxBytes: transactionLimits.maxPayload, maxDepth: transactionLimits.maxDepth };
  const payload = content(decodeCanonical(fromBase64url(found.payload), payloadLimits), "payload");
  const type = typeName(payload.type, "payload.type");
  const input = signingInput(found.protected, found.payload);
  return {
    id: idOf(crypto, input),
    kid: head.kid,
    algorithm: head.alg,
    ledger: head.ledger,
    expires: payload.expires,
    signingInput: input,
    signature: fromBase64url(found.signature),
    type,
    body: bodies[type](payload.body, "body"),
  } as Transaction;
}

/** A transaction before its signature. */
export interface Draft<T extends TransactionType> {
  readonly type: T;
  readonly body: Body<T>;
  readonly ledger: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** Signing input of a draft for one key; {@link seal} puts the signature on. */
export function prepare<T extends TransactionType>(
  draft: Draft<T>,
  signer: { readonly kid: string; readonly algorithm: Algorithm },
): { readonly protected: string; readonly payload: string; readonly signingInput: Uint8Array } {
  const payload = canonicalBytes({ body: draft.body, expires: draft.expires, type: draft.type });
  const parts = unsignedJws(signer, { ledger: draft.ledger, typ: TRANSACTION_TYPE }, payload);
  return { ...parts, signingInput: signingInput(parts.protected, parts.payload) };
}

/** The transaction's bytes as they are submitted. */
export function seal(
  parts: { readonly protected: string; readonly payload: string },
  signature: Uint8Array,
): Uint8Array {
  return canonicalBytes({ payload: parts.payload, protected: parts.protected, signature: toBase64url(signature) });
}

/** Key of a storage receipt: register transaction id ‖ attester key id (PROTOCOL D-1). */
export function receiptKey(release: string, attester: string): Uint8Array {
  return concat(fromBase64url(release), fromBase64url(attester));
}
