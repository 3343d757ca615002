import { toBase64url } from "../bytes/index.ts";
import { protectedHeader, signingInput } from "../jws/index.ts";
import { algorithmOf, type Crypto, keyId, type PublicKey, verifySignature } from "../keys/index.ts";
import { decodeTrustRoot, type TrustRoot, trustLimits } from "./document.ts";
import { refuse } from "./errors.ts";

/** The `typ` of a trust root's detached JWS (PROTOCOL R-4). */
export const TRUST_TYPE = "firmament-trust+json";

export interface TrustSignature {
  /** RFC 7638 thumbprint of the root key, base64url. */
  readonly kid: string;
  readonly signature: Uint8Array;
}

/** One trust root as it travels: the signed bytes and one detached signature per root key, in key order. */
export interface TrustStep {
  readonly document: Uint8Array;
  readonly signatures: readonly TrustSignature[];
}

/** The trust root that a device holds, and from which a chain must continue. */
export interface TrustPin {
  readonly version: number;
  /** SHA-256 of the trust root's bytes, base64url. */
  readonly digest: string;
}

function signingInputOf(key: PublicKey, kid: string, payload: string): Uint8Array {
  return signingInput(protectedHeader({ alg: algorithmOf(key), kid, typ: TRUST_TYPE }), payload);
}

/** Signing input of a trust root for one key: RFC 7515 with the payload detached (PROTOCOL R-4). */
export function trustSigningInput(crypto: Crypto, key: PublicKey, document: Uint8Array): Uint8Array {
  return signingInputOf(key, keyId(crypto, key), toBase64url(document));
}

// Root keys by key id; an organisation's key counts once for it.
function rootKeys(crypto: Crypto, root: TrustRoot): Map<string, PublicKey> {
  return new Map(root.document.organisations.map((member) => [keyId(crypto, member.root), member.root]));
}

function assertSigned(crypto: Crypto, step: TrustStep, known: ReadonlyMap<string, PublicKey>): Set<string> {
  const signers = new Set<string>();
  const payload = toBase64url(step.document);
  let before = "";
  for (const { kid, signature } of step.signatures) {
    const key = known.get(kid);
    if (key === undefined || kid <= before) throw refuse("trust/signature", `See key ${kid}.`);
    if (!verifySignature(crypto, key, signingInputOf(key, kid, payload), signature)) {
      throw refuse("trust/signature", `The signature by ${kid} is false.`);
    }
    signers.add(kid);
    before = kid;
  }
  return signers;
}

function countOf(signers: ReadonlySet<string>, keys: ReadonlyMap<string, PublicKey>): number {
  return [...keys.keys()].filter((kid) => signers.has(kid)).length;
}

/**
 * Accepts the trust root that follows `before`, or trust/1 where `before` is undefined (PROTOCOL R-5).
 *
 * @throws Refusal `trust/…` with the first check that fails
 */
export function assertTrustStep(crypto: Crypto, before: TrustRoot | undefined, step: TrustStep): TrustRoot {
  const next = decodeTrustRoot(crypto, step.document);
  const expected = (before?.document.version ?? 0) + 1;
  if (next.document.version !== expected) {
    throw refuse("trust/version", `Expected ${expected}, got ${next.document.version}.`);
  }
  if (next.document.previous !== before?.digest) throw refuse("trust/previous", `See version ${expected}.`);
  const newKeys = rootKeys(crypto, next);
  const oldKeys = before === undefined ? newKeys : rootKeys(crypto, before);
  const signers = assertSigned(crypto, step, new Map([...oldKeys, ...newKeys]));
  if (before !== undefined && countOf(signers, oldKeys) < before.document.rootThreshold) {
    throw refuse("trust/old-quorum", `${countOf(signers, oldKeys)} of ${before.document.rootThreshold} signed.`);
  }
  if (countOf(signers, newKeys) < next.document.rootThreshold) {
    throw refuse("trust/new-quorum", `${countOf(signers, newKeys)} of ${next.document.rootThreshold} signed.`);
  }
  return next;
}

/**
 * Follows a chain from trust/1 to its end and through the pinned trust root (PROTOCOL R-6): a device that slept
 * for years catches up from what it holds, without a network.
 *
 * @returns the newest trust root
 * @throws Refusal `trust/…`
 */
export function assertTrustChain(crypto: Crypto, pin: TrustPin, steps: readonly TrustStep[]): TrustRoot {
  if (steps.length === 0 || steps.length > trustLimits.maxChain)
    throw refuse("trust/version", `Got ${steps.length} steps.`);
  if (steps.length < pin.version)
    throw refuse("trust/behind", `The device knows ${pin.version}, the chain ends at ${steps.length}.`);
  let newest: TrustRoot | undefined;
  for (const step of steps) {
    newest = assertTrustStep(crypto, newest, step);
    if (newest.document.version === pin.version && newest.digest !== pin.digest) {
      throw refuse("trust/pinned", `Version ${pin.version} differs.`);
    }
  }
  if (newest === undefined) throw refuse("trust/version", "The chain is empty.");
  return newest;
}
