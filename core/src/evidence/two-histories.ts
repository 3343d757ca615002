import { equal, fromBase64url, fromUtf8, toBase64url, utf8 } from "../bytes/index.ts";
import {
  base64urlOf,
  canonicalBytes,
  type Decoded,
  decodeCanonical,
  digest256,
  list,
  object,
  oneOf,
  signatureText,
  text,
} from "../codec/index.ts";
import type { VouchedCheckpoint } from "../challenge/index.ts";
import type { Crypto } from "../keys/index.ts";
import { Refusal, refusalsOf } from "../errors/index.ts";
import {
  assertConsistency,
  assertCosignature,
  cosignerKeyId,
  logErrors,
  noteLimits,
  type NoteKey,
  type NoteSignature,
  parseCheckpoint,
  parseNote,
} from "../log/index.ts";
import { assertTrustChain, decodeTrustRoot, type TrustPin, type TrustStep, trustLimits } from "../trust/index.ts";
import { refuse } from "./errors.ts";

const refuseLog = refusalsOf(logErrors);

/** Limits of a proof of two histories (PROTOCOL Z-1). */
export const twoHistoriesLimits = { maxBytes: 1_048_576, maxDepth: 6 } as const;

/** Two cosigned checkpoints of one ledger of which the larger does not continue the smaller (PROTOCOL O-10). */
export interface TwoHistories {
  /** The trust chain from trust/1 on; its cosigners signed the checkpoints. */
  readonly trust: readonly TrustStep[];
  /** The checkpoint of the smaller or equal size: a C2SP note with its cosignatures. */
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** Root that the second's tree has at the first's size. */
  readonly root: Uint8Array;
  /** Consistency proof from `root` to the second. */
  readonly path: readonly Uint8Array[];
}

/** What a true proof says. */
export interface Equivocation {
  readonly ledger: string;
  readonly first: VouchedCheckpoint;
  readonly second: VouchedCheckpoint;
  /** Organisations that vouch for both: each of them broke its word. */
  readonly both: readonly string[];
}

const step = object({
  document: text({ max: trustLimits.maxBytes }),
  signatures: list(object({ kid: digest256, signature: signatureText }), {
    min: 1,
    max: 2 * trustLimits.maxOrganisations,
  }),
});
const note = text({ max: noteLimits.maxBytes });
const form = object({
  first: note,
  path: list(base64urlOf(32), { max: 106 }),
  root: digest256,
  second: note,
  trust: list(step, { min: 1, max: trustLimits.maxChain }),
  type: oneOf("firmament-two-histories/v1"),
});

/** Canonical bytes of a proof, for a file that any holder of the trust root can check. */
export function encodeTwoHistories({ first, path, root, second, trust }: TwoHistories): Uint8Array {
  const value: Decoded<typeof form> = {
    first: fromUtf8(first),
    path: path.map(toBase64url),
    root: toBase64url(root),
    second: fromUtf8(second),
    trust: trust.map((each) => ({
      document: fromUtf8(each.document),
      signatures: each.signatures.map(({ kid, signature }) => ({ kid, signature: toBase64url(signature) })),
    })),
    type: "firmament-two-histories/v1",
  };
  return canonicalBytes(value);
}

/** @throws Refusal `codec/…` */
export function decodeTwoHistories(bytes: Uint8Array): TwoHistories {
  const found = form(decodeCanonical(bytes, twoHistoriesLimits), "proof");
  return {
    first: utf8(found.first),
    path: found.path.map(fromBase64url),
    root: fromBase64url(found.root),
    second: utf8(found.second),
    trust: found.trust.map((each) => ({
      document: utf8(each.document),
      signatures: each.signatures.map(({ kid, signature }) => ({ kid, signature: fromBase64url(signature) })),
    })),
  };
}

// A cosigner that a later trust root retired is still held to what it signed. A cosignature does not name its signer,
// so a key that stood for two organisations convicts neither.
function cosignersOfChain(crypto: Crypto, steps: readonly TrustStep[]): readonly NoteKey[] {
  const keys = new Map<string, NoteKey>();
  const shared = new Set<string>();
  for (const each of steps) {
    for (const { cosigners, name } of decodeTrustRoot(crypto, each.document).document.organisations) {
      for (const { key } of cosigners) {
        if ((keys.get(key.x)?.name ?? name) !== name) shared.add(key.x);
        keys.set(key.x, { name, publicKey: fromBase64url(key.x), type: "cosignature/v1" });
      }
    }
  }
  return [...keys].flatMap(([x, key]) => (shared.has(x) ? [] : [key]));
}

// Key ids are unique within a trust root, not over a chain: whoever rotates its key can search for one of the old id,
// and must not escape by that. The line is its if either key made it.
function signerOf(crypto: Crypto, text: string, line: NoteSignature, keys: readonly NoteKey[]): string | undefined {
  let refusal: Refusal | undefined;
  for (const key of keys) {
    if (key.name !== line.name || cosignerKeyId(crypto, key) !== line.keyId) continue;
    try {
      assertCosignature(crypto, key, text, line.signature);
      return key.name;
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      refusal = cause;
    }
  }
  if (refusal !== undefined) throw refusal;
  return undefined;
}

function vouched(crypto: Crypto, bytes: Uint8Array, keys: readonly NoteKey[]): VouchedCheckpoint {
  const { signatures, text: said } = parseNote(bytes);
  const names = signatures.flatMap((line) => signerOf(crypto, said, line, keys) ?? []);
  if (names.length === 0) throw refuseLog("log/note-unverified");
  return { ...parseCheckpoint(said), organisations: [...new Set(names)] };
}

/**
 * Checks a proof of two histories from nothing but a pinned trust root. It says that somebody lied, and who vouched
 * for what; where nobody vouches for both, whoever puts the ledger's transactions in order showed two orders.
 *
 * @throws Refusal `codec/…`, `trust/…`, `log/…`, `evidence/ledger`, `evidence/order`, `evidence/one-history`
 */
export function verifyTwoHistories(crypto: Crypto, bytes: Uint8Array, pin: TrustPin): Equivocation {
  const proof = decodeTwoHistories(bytes);
  const newest = assertTrustChain(crypto, pin, proof.trust);
  const keys = cosignersOfChain(crypto, proof.trust);
  const [first, second] = [vouched(crypto, proof.first, keys), vouched(crypto, proof.second, keys)];
  const isNamed = newest.document.ledgers.some(({ id }) => id === first.origin);
  if (first.origin !== second.origin || !isNamed) {
    throw refuse("evidence/ledger", `Got ${first.origin} and ${second.origin}.`);
  }
  if (first.size > second.size) throw refuse("evidence/order", `Got ${first.size} and ${second.size}.`);
  const { path, root } = proof;
  assertConsistency(crypto, { from: first.size, fromRoot: root, path, to: second.size, toRoot: second.root });
  if (equal(root, first.root)) throw refuse("evidence/one-history", `The size is ${first.size}.`);
  const both = first.organisations.filter((name) => second.organisations.includes(name));
  return { ledger: first.origin, first, second, both };
}
