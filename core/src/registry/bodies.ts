import {
  type Decoded,
  digest256,
  idName,
  integer,
  line,
  list,
  object,
  oneOf,
  seconds,
  sequenceNumber,
  signatureText,
  text,
  textSet,
} from "../codec/index.ts";
import { publicKey } from "../keys/index.ts";
import { action } from "./actions.ts";
import { groupSet } from "./policy.ts";
import { rolloutRecord } from "./records.ts";
import { role } from "./roles.ts";
import { certificate, declaredNode } from "./validator.ts";

const aboutRelease = object({ release: digest256 });
const stopping = object({ reason: line(256), release: digest256 });

/** The body of every transaction type (PROTOCOL X-4); later rules add types, they change none. */
export const bodies = {
  "author.approve": object({
    classes: textSet(idName, { min: 1, max: 64 }),
    key: publicKey,
    proof: signatureText,
    vendor: idName,
  }),
  "author.petition": object({
    key: publicKey,
    message: text({ max: 1024 }),
    signature: signatureText,
    token: digest256,
  }),
  "author.revoke": object({ author: digest256 }),
  "author.succeed": object({
    className: idName,
    from: digest256,
    key: publicKey,
    proof: signatureText,
    signature: signatureText,
  }),
  "device.enrol": object({ className: idName, groups: groupSet, key: publicKey, proof: signatureText }),
  "device.update": object({ device: digest256, groups: groupSet, status: oneOf("active", "revoked") }),
  "identity.enrol": object({ key: publicKey, proof: signatureText, roles: textSet(role, { min: 1, max: 12 }) }),
  "identity.revoke": object({ identity: digest256 }),
  "node.declare": declaredNode,
  "organisation.authority": object({ certificate }),
  "proposal.create": object({ action }),
  "proposal.vote": object({ proposal: digest256 }),
  "release.approve": aboutRelease,
  "release.hold": aboutRelease,
  "release.register": object(
    {
      author: digest256,
      grant: digest256,
      manifest: text({ max: 16_384 }),
      payloadSignature: signatureText,
      signature: signatureText,
    },
    { floor: sequenceNumber, rollout: rolloutRecord },
  ),
  "release.revoke": stopping,
  "release.rollout": object({ permille: integer(1, 1000), release: digest256 }),
  "release.withdraw": stopping,
  "storage.dispute": object({ kid: digest256, mac: digest256, release: digest256 }),
  "storage.receipt": object({ mac: digest256, release: digest256 }),
  tick: object({ time: seconds }),
  "trust.next": object({
    document: text({ max: 49_152 }),
    signatures: list(object({ kid: digest256, signature: signatureText }), { min: 1, max: 128 }),
  }),
} as const;

export type TransactionType = keyof typeof bodies;
export type Body<T extends TransactionType> = Decoded<(typeof bodies)[T]>;
