import { fromBase64url } from "../bytes/index.ts";
import { decodeCanonical } from "../codec/index.ts";
import { type Crypto, fromRawKey, keyId, type PublicKey } from "../keys/index.ts";
import {
  classPolicy,
  type ClassPolicy,
  type DeviceRecord,
  deviceRecord,
  type Entitlement,
  entitlementRecord,
  type Head,
  headRecord,
} from "../registry/index.ts";
import { assertMultiproof, type ProofTarget } from "../state/index.ts";
import type { TrustDocument } from "../trust/index.ts";
import type { Device } from "./device.ts";
import { refuse } from "./errors.ts";
import type { ClassPart, DevicePart } from "./format.ts";

/** An author of the class as the state has it. */
export interface ProvenAuthor {
  readonly kid: string;
  readonly key: PublicKey;
  readonly entitlement: Entitlement;
}

/** What holds for the device's class at the checkpoint, proven against the last entry's state root. */
export interface ProvenClass {
  readonly head: Head;
  readonly policy: ClassPolicy;
  readonly authors: readonly ProvenAuthor[];
}

function authorsOf(crypto: Crypto, part: ClassPart): readonly ProvenAuthor[] {
  let before = "";
  return part.authors.map(({ entitlement, key }) => {
    const found = fromRawKey(key);
    const kid = keyId(crypto, found);
    if (kid <= before) throw refuse("bundle/surplus", "Authors must stand in the order of their key ids.");
    before = kid;
    return { kid, key: found, entitlement: entitlementRecord(decodeCanonical(entitlement), "entitlement") };
  });
}

/** Head, policy and entitlements of the device's own class; the bundle names no key (PROTOCOL B-11). */
export function provenClass(crypto: Crypto, device: Device, part: ClassPart): ProvenClass {
  if (part.head.length === 0) throw refuse("bundle/class-unknown", device.className);
  const authors = authorsOf(crypto, part);
  const targets: ProofTarget[] = [
    { key: ["head", device.className], value: part.head },
    { key: ["policy", device.className], value: part.policy },
  ];
  for (const [i, { kid }] of authors.entries()) {
    targets.push({ key: ["entitlement", kid, device.className], value: part.authors[i]?.entitlement });
  }
  assertMultiproof(crypto, { root: fromBase64url(part.entry.root), targets, proof: part.proof });
  return {
    head: headRecord(decodeCanonical(part.head), "head"),
    policy: classPolicy(decodeCanonical(part.policy), "policy"),
    authors,
  };
}

/** Exactly as many cosignatures as the class and the trust root demand (PROTOCOL B-12). */
export function assertExactQuorum(trust: TrustDocument, policy: ClassPolicy, part: ClassPart): void {
  const needed = Math.max(trust.threshold, policy.cosignatures);
  const found = part.cosignatures.length;
  if (found < needed) throw refuse("bundle/cosignatures-few", `${found} of ${needed}.`);
  if (found > needed) throw refuse("bundle/surplus", `${found} cosignatures where ${needed} are needed.`);
}

/** The device's own record, which a targeted class demands and any other refuses (PROTOCOL B-13). */
export function provenDevice(
  crypto: Crypto,
  device: Device,
  policy: ClassPolicy,
  part: ClassPart,
  own: DevicePart | undefined,
): DeviceRecord | undefined {
  const record = own?.record;
  if (policy.targeted !== true) {
    if (record !== undefined) throw refuse("bundle/surplus", "A device record.");
    return undefined;
  }
  if (record === undefined) throw refuse("bundle/device-record", device.id);
  const targets = [{ key: ["device", device.id] as const, value: record.value }];
  assertMultiproof(crypto, { root: fromBase64url(part.entry.root), targets, proof: record.proof });
  const found = deviceRecord(decodeCanonical(record.value), "device record");
  if (found.status !== "active" || found.className !== device.className || keyId(crypto, found.key) !== device.id) {
    throw refuse("bundle/device-record", `${device.id} is ${found.status} in ${found.className}.`);
  }
  return found;
}
