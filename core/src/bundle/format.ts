import { fromBase64url, fromHex, toBase64url, toHex } from "../bytes/index.ts";
import { type Cbor, decodeCbor, encodeCbor } from "../codec/index.ts";
import type { Cosignature, LogEntry } from "../log/index.ts";
import type { Multiproof } from "../state/index.ts";
import type { TrustStep } from "../trust/index.ts";
import { refuse } from "./errors.ts";

/** Limits of a bundle (PROTOCOL Z-1): bytes in all, nesting, CBOR items. */
export const bundleLimits = { maxBytes: 1_048_576, maxDepth: 6, maxItems: 65_536 } as const;

const TYPE = "firmament-bundle/v1";

/** A cosignature and the 4-byte C2SP id of its key, hexadecimal. */
export interface BundleCosignature extends Cosignature {
  readonly keyId: string;
}

/** An author key as its bare bytes and its entitlement record, as the state holds it. */
export interface BundleAuthor {
  readonly key: Uint8Array;
  readonly entitlement: Uint8Array;
}

/** The signed manifest of one live release; `author` indexes the bundle's authors. */
export interface BundleRelease {
  readonly manifest: Uint8Array;
  readonly signature: Uint8Array;
  readonly payloadSignature: Uint8Array;
  readonly author: number;
}

/** A consistency proof from an earlier checkpoint: `path` holds 32-byte hashes. */
export interface BundleConsistency {
  readonly size: number;
  readonly root: Uint8Array;
  readonly path: Uint8Array;
}

/** The part that is the same for every device of a class at one checkpoint. */
export interface ClassPart {
  readonly origin: string;
  readonly trust: readonly TrustStep[];
  readonly size: number;
  readonly root: Uint8Array;
  readonly cosignatures: readonly BundleCosignature[];
  /** The last entry; its ledger is the origin. */
  readonly entry: Omit<LogEntry, "ledger">;
  /** 32-byte hashes. */
  readonly inclusion: Uint8Array;
  readonly proof: Multiproof;
  readonly head: Uint8Array;
  readonly policy: Uint8Array;
  readonly authors: readonly BundleAuthor[];
  readonly releases: readonly BundleRelease[];
  readonly consistency: readonly BundleConsistency[];
}

/** The part for one device: its record in a targeted class, and signatures over its nonce if it has no clock. */
export interface DevicePart {
  readonly record: { readonly value: Uint8Array; readonly proof: Multiproof } | undefined;
  readonly nonces: readonly { readonly keyId: string; readonly signature: Uint8Array }[];
}

export interface Bundle {
  readonly classPart: ClassPart;
  readonly devicePart: DevicePart | undefined;
}

function classCbor(part: ClassPart): Cbor {
  const { entry } = part;
  return [
    part.origin,
    part.trust.map((step) => [step.document, step.signatures.map((each) => [fromBase64url(each.kid), each.signature])]),
    part.size,
    part.root,
    part.cosignatures.map((each) => [fromHex(each.keyId), each.time, each.signature]),
    [
      entry.rules,
      entry.trust,
      entry.time,
      fromBase64url(entry.transaction),
      fromBase64url(entry.outcome),
      fromBase64url(entry.root),
    ],
    part.inclusion,
    part.proof.shape,
    part.proof.hashes,
    part.head,
    part.policy,
    part.authors.map((each) => [each.key, each.entitlement]),
    part.releases.map((each) => [each.manifest, each.signature, each.payloadSignature, each.author]),
    part.consistency.map((each) => [each.size, each.root, each.path]),
  ];
}

function deviceCbor(part: DevicePart | undefined): Cbor {
  if (part === undefined) return [];
  const record =
    part.record === undefined ? [] : [part.record.value, part.record.proof.shape, part.record.proof.hashes];
  return [record, part.nonces.map((each) => [fromHex(each.keyId), each.signature])];
}

/** A bundle as deterministic CBOR (PROTOCOL B-1). */
export function encodeBundle(bundle: Bundle): Uint8Array {
  return encodeCbor([TYPE, classCbor(bundle.classPart), deviceCbor(bundle.devicePart)]);
}

function tuple(value: Cbor | undefined, length: number, what: string): readonly Cbor[] {
  if (!Array.isArray(value) || value.length !== length) throw refuse("bundle/form", `${what} must be ${length} items.`);
  return value as readonly Cbor[];
}

function items<T>(value: Cbor | undefined, what: string, decode: (item: Cbor) => T): readonly T[] {
  if (!Array.isArray(value)) throw refuse("bundle/form", `${what} must be an array.`);
  return (value as readonly Cbor[]).map((item) => decode(item));
}

function bytes(value: Cbor | undefined, what: string, length?: number): Uint8Array {
  const fits = value instanceof Uint8Array && (length === undefined || value.length === length);
  if (!fits) throw refuse("bundle/form", `${what} must be ${length === undefined ? "" : `${length} `}bytes.`);
  return value;
}

function hashes(value: Cbor | undefined, what: string): Uint8Array {
  const found = bytes(value, what);
  if (found.length % 32 !== 0) throw refuse("bundle/form", `${what} must be 32-byte hashes.`);
  return found;
}

function integer(value: Cbor | undefined, what: string): number {
  if (typeof value !== "number") throw refuse("bundle/form", `${what} must be an integer.`);
  return value;
}

function trustStep(value: Cbor): TrustStep {
  const [document, signatures] = tuple(value, 2, "A trust step");
  return {
    document: bytes(document, "A trust root"),
    signatures: items(signatures, "Trust signatures", (item) => {
      const [kid, signature] = tuple(item, 2, "A trust signature");
      return { kid: toBase64url(bytes(kid, "A key id", 32)), signature: bytes(signature, "A signature") };
    }),
  };
}

function entryOf(value: Cbor | undefined): ClassPart["entry"] {
  const [rules, trust, time, transaction, outcome, root] = tuple(value, 6, "The entry");
  return {
    rules: integer(rules, "rules"),
    trust: integer(trust, "trust"),
    time: integer(time, "time"),
    transaction: toBase64url(bytes(transaction, "transaction", 32)),
    outcome: toBase64url(bytes(outcome, "outcome", 32)),
    root: toBase64url(bytes(root, "root", 32)),
  };
}

function cosignature(value: Cbor): BundleCosignature {
  const [keyId, time, signature] = tuple(value, 3, "A cosignature");
  return {
    keyId: toHex(bytes(keyId, "A key id", 4)),
    time: integer(time, "A time"),
    signature: bytes(signature, "A cosignature", 64),
  };
}

function release(value: Cbor): BundleRelease {
  const [manifest, signature, payloadSignature, author] = tuple(value, 4, "A release");
  return {
    manifest: bytes(manifest, "A manifest"),
    signature: bytes(signature, "A signature"),
    payloadSignature: bytes(payloadSignature, "A signature"),
    author: integer(author, "An author"),
  };
}

function author(value: Cbor): BundleAuthor {
  const [key, entitlement] = tuple(value, 2, "An author");
  return { key: bytes(key, "An author key"), entitlement: bytes(entitlement, "An entitlement") };
}

function consistency(value: Cbor): BundleConsistency {
  const [size, root, path] = tuple(value, 3, "A consistency proof");
  return { size: integer(size, "A size"), root: bytes(root, "A root", 32), path: hashes(path, "A path") };
}

function classPart(value: Cbor | undefined): ClassPart {
  const [
    origin,
    trust,
    size,
    root,
    cosignatures,
    entry,
    inclusion,
    shape,
    proof,
    head,
    policy,
    authors,
    releases,
    earlier,
  ] = tuple(value, 14, "The class part");
  if (typeof origin !== "string") throw refuse("bundle/form", "The origin must be text.");
  return {
    origin,
    trust: items(trust, "The trust chain", trustStep),
    size: integer(size, "The size"),
    root: bytes(root, "The root", 32),
    cosignatures: items(cosignatures, "Cosignatures", cosignature),
    entry: entryOf(entry),
    inclusion: hashes(inclusion, "The inclusion proof"),
    proof: { shape: bytes(shape, "The shape"), hashes: hashes(proof, "The state proof") },
    head: bytes(head, "The head"),
    policy: bytes(policy, "The policy"),
    authors: items(authors, "Authors", author),
    releases: items(releases, "Releases", release),
    consistency: items(earlier, "Consistency proofs", consistency),
  };
}

function recordOf(value: Cbor | undefined): DevicePart["record"] {
  if (Array.isArray(value) && value.length === 0) return undefined;
  const [record, shape, proof] = tuple(value, 3, "The device record");
  return {
    value: bytes(record, "The device record"),
    proof: { shape: bytes(shape, "The shape"), hashes: hashes(proof, "The state proof") },
  };
}

function devicePart(value: Cbor | undefined): DevicePart | undefined {
  if (Array.isArray(value) && value.length === 0) return undefined;
  const [record, nonces] = tuple(value, 2, "The device part");
  return {
    record: recordOf(record),
    nonces: items(nonces, "Nonce signatures", (item) => {
      const [keyId, signature] = tuple(item, 2, "A nonce signature");
      return { keyId: toHex(bytes(keyId, "A key id", 4)), signature: bytes(signature, "A signature", 64) };
    }),
  };
}

/**
 * Decodes a bundle's form; nothing in it is believed yet.
 *
 * @throws Refusal `codec/…`, `bundle/form`
 */
export function decodeBundle(encoded: Uint8Array): Bundle {
  const [type, shared, own] = tuple(decodeCbor(encoded, bundleLimits), 3, "A bundle");
  if (type !== TYPE) throw refuse("bundle/form", `The type must be ${TYPE}.`);
  return { classPart: classPart(shared), devicePart: devicePart(own) };
}
