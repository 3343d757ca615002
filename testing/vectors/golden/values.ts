import { fromUtf8, toHex, utf8 } from "@firmament/core/bytes";
import {
  bucketOf,
  type ClassPart,
  decodeBundle,
  type Device,
  nonceMessage,
  type Verdict,
  verifyBundle,
} from "@firmament/core/bundle";
import type { Json } from "@firmament/core/codec";
import { keyId, fromRawKey } from "@firmament/core/keys";
import { cosignatureMessage, encodeEntry, formatCheckpoint, leafHash } from "@firmament/core/log";
import {
  manifestSigningInput,
  payloadSigningInput,
  successionSigningInput,
  decodeManifest,
} from "@firmament/core/manifest";
import { entitlementRecord, headRecord } from "@firmament/core/registry";
import { encodeKey, positionOf, type StateKey } from "@firmament/core/state";
import { decodeTrustRoot, trustSigningInput } from "@firmament/core/trust";
import { concat, fromBase64url } from "@firmament/core/bytes";
import { nodeCrypto } from "@firmament/crypto";

/** What a verifier is given besides the bundle. */
export interface Inputs {
  readonly device: Device;
  readonly now: number;
  readonly wanted?: string;
}

const parse = (bytes: Uint8Array): unknown => JSON.parse(fromUtf8(bytes));

/** The outcome of a verification, as golden files have it. */
export function outcomeOf(bytes: Uint8Array, inputs: Inputs): Json {
  const { alarm, decision, exposure, next } = verifyBundle(bytes, { crypto: nodeCrypto, ...inputs });
  return {
    ...(alarm === undefined ? {} : { alarm: alarm.code }),
    decision: decisionJson(decision),
    exposure: { ...exposure },
    next: { ledger: next.ledger, seen: { ...next.seen }, trust: { ...next.trust } },
  };
}

function decisionJson(decision: Verdict["decision"]): Json {
  if (decision.action === "current") return { action: "current" };
  if (decision.action === "refuse") return { action: "refuse", code: decision.refusal.code };
  const { floor, live } = decision;
  return { action: "install", floor, release: live.release, sequence: live.sequence, version: live.version };
}

function record(key: StateKey, value: Uint8Array): Json {
  const { keyHash, path } = positionOf(nodeCrypto, key);
  const valueHash = nodeCrypto.sha256(value);
  const leaf = nodeCrypto.sha256(concat(Uint8Array.of(4), path, keyHash, valueHash));
  return {
    encodedKey: toHex(encodeKey(key)),
    key,
    keyHash: toHex(keyHash),
    leafHash: toHex(leaf),
    path: toHex(path),
    value: fromUtf8(value),
    valueHash: toHex(valueHash),
  };
}

function trustValues({ trust }: ClassPart): readonly Json[] {
  return trust.map(({ document, signatures }) => {
    const root = decodeTrustRoot(nodeCrypto, document);
    const [member] = root.document.organisations;
    if (member === undefined) throw new TypeError("a trust root has organisations");
    const input = fromUtf8(trustSigningInput(nodeCrypto, member.root, document));
    return {
      digest: root.digest,
      signers: signatures.map(({ kid }) => kid),
      signingInputBegins: input.slice(0, input.indexOf(".") + 1),
      version: root.document.version,
    };
  });
}

function checkpointValues(part: ClassPart, nonce: string | undefined): Json {
  const text = formatCheckpoint(part);
  const entry = encodeEntry({ ...part.entry, ledger: part.origin });
  return {
    checkpoint: text,
    cosigned: part.cosignatures.map(({ keyId: id, time }) => ({
      keyId: id,
      message: fromUtf8(cosignatureMessage(time, text)),
    })),
    entry: {
      bytes: toHex(entry),
      leafHash: toHex(leafHash(nodeCrypto, entry)),
      stateRoot: toHex(fromBase64url(part.entry.root)),
      text: fromUtf8(entry),
    },
    ...(nonce === undefined ? {} : { nonceMessage: fromUtf8(nonceMessage(nonce, text)) }),
  };
}

function authorValues(part: ClassPart, className: string): readonly Json[] {
  return part.authors.map(({ entitlement, key }) => {
    const kid = keyId(nodeCrypto, fromRawKey(key));
    const { succeeds } = entitlementRecord(parse(entitlement), "entitlement");
    const message = succeeds && fromUtf8(successionSigningInput(part.origin, succeeds.from, kid, className));
    return { kid, ...(message === undefined ? {} : { successionMessage: message }) };
  });
}

function releaseValues(part: ClassPart, device: string): readonly Json[] {
  const { live } = headRecord(parse(part.head), "head");
  return part.releases.map(({ manifest }, i) => {
    const rollout = live[i]?.rollout;
    const { payloadDigest } = decodeManifest(nodeCrypto, manifest);
    return {
      manifest: fromUtf8(manifest),
      manifestDigest: toHex(nodeCrypto.sha384(manifest)),
      manifestSigningInput: fromUtf8(manifestSigningInput(nodeCrypto, manifest)),
      payloadSigningInput: fromUtf8(payloadSigningInput(payloadDigest)),
      ...(rollout === undefined ? {} : { bucket: bucketOf(nodeCrypto, rollout.salt, device) }),
    };
  });
}

/** What a verifier computes on its way, in the order of the checks. */
export function valuesOf(bytes: Uint8Array, { device }: Inputs): Json {
  const { classPart: part, devicePart } = decodeBundle(bytes);
  const { className, id, nonce } = device;
  const kids = part.authors.map(({ key }) => keyId(nodeCrypto, fromRawKey(key)));
  const own = devicePart?.record;
  return {
    trust: trustValues(part),
    ...(checkpointValues(part, nonce) as object),
    records: [
      record(["head", className], part.head),
      record(["policy", className], part.policy),
      ...part.authors.map(({ entitlement }, i) => record(["entitlement", kids[i] ?? "", className], entitlement)),
      ...(own === undefined ? [] : [record(["device", id], own.value)]),
    ],
    authors: authorValues(part, className),
    releases: releaseValues(part, id),
  };
}

/** JSON for people: two spaces, a line feed at the end. */
export function pretty(value: unknown): Uint8Array {
  return utf8(`${JSON.stringify(value, null, 2)}\n`);
}
