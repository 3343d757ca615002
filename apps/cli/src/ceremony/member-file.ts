import { concat, fromBase64url, toBase64url, utf8 } from "@firmament/core/bytes";
import {
  canonicalBytes,
  type Decoded,
  type Decoder,
  decodeCanonical,
  digest256,
  object,
  oneOf,
  organisationName,
  seconds,
  signatureText,
  sorted,
} from "@firmament/core/codec";
import { show } from "@firmament/core/errors";
import { keyId, type PublicKey, publicKey, type Signer, verifySignature } from "@firmament/core/keys";
import { ledgerId } from "@firmament/core/log";
import { certificate, engineNode } from "@firmament/core/registry";
import { cosigner } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { peerAddress, serviceUrl } from "@firmament/server/home";
import { authorityKey } from "./authority-key.ts";
import { refuse } from "./errors.ts";

/** Limits of a member file. */
export const memberLimits = { maxBytes: 16_384, maxDepth: 5 } as const;

// One spelling, so that two members cannot name one address, and no terminal obeys what stands in it. What is plain would be
// asked on the own machine of whoever believes the file.
const origin: Decoder<string> = (value, path) => {
  const found = serviceUrl(value, path);
  if (!found.startsWith("https:") || `${new URL(found).origin}/` !== found)
    throw refuse("ceremony/address", `${path} is ${show(found)}.`);
  return found;
};

const addresses = object(
  { node: origin },
  { author: origin, ledger: origin, peer: peerAddress, register: origin, retrieval: origin },
);

const statement = object(
  {
    addresses,
    admin: publicKey,
    cosigner,
    name: organisationName,
    root: publicKey,
    /** When it was made, seconds since 1970. */
    time: seconds,
    type: oneOf("firmament-member/v1"),
  },
  {
    authority: certificate,
    /** Of an organisation that joins a ledger: the administrator's proof of possession for it (PROTOCOL I-5). */
    joins: object({ ledger: ledgerId, proof: signatureText }),
    node: engineNode,
  },
);

/** What an organisation says of itself to be founder or member: public keys and addresses, nothing secret. */
export type Member = Decoded<typeof statement>;

/** Where a member's services are. */
export type MemberAddresses = Member["addresses"];

const proof = object({ kid: digest256, signature: signatureText });

const file = object({ proofs: sorted(proof, { min: 3, max: 5, key: ({ kid }) => kid }), statement });

/** A member file: the statement, and one signature by each of its keys over all of it. */
export type MemberFile = Decoded<typeof file>;

function signingInput(member: Member): Uint8Array {
  return concat(utf8("firmament-member/v1\n"), canonicalBytes(member));
}

function keysOf(member: Member): Map<string, PublicKey> {
  const keys = [member.admin, member.cosigner.key, member.root];
  if (member.authority !== undefined) keys.push(authorityKey(member.authority));
  if (member.node !== undefined) keys.push(member.node.validator);
  return new Map(keys.map((key) => [keyId(nodeCrypto, key), key]));
}

function assertProofs(found: MemberFile): void {
  const { name } = found.statement;
  const keys = keysOf(found.statement);
  const expected = 3 + (found.statement.authority === undefined ? 0 : 1) + (found.statement.node === undefined ? 0 : 1);
  if (keys.size !== expected || found.proofs.length !== expected)
    throw refuse("ceremony/proof", `${name}: ${found.proofs.length} proofs by ${keys.size} keys, not ${expected}.`);
  const message = signingInput(found.statement);
  for (const { kid, signature } of found.proofs) {
    const key = keys.get(kid);
    if (key === undefined || !verifySignature(nodeCrypto, key, message, fromBase64url(signature)))
      throw refuse("ceremony/proof", `${name}: see ${kid}.`);
  }
}

/** Decoder of a member file that stands in another document; its proofs are checked. */
export const memberFile: Decoder<MemberFile> = (value, path) => {
  const found = file(value, path);
  assertProofs(found);
  return found;
};

/**
 * Reads a member file: that its keys belong together, not whose they are. Who that is, people compare by
 * {@link memberDigest}.
 *
 * @throws Refusal `codec/…`, `keys/…`, `trust/cosigner-key`, `validator/key`, `certificate/authority`, `ceremony/address`, `ceremony/proof`
 */
export function decodeMemberFile(bytes: Uint8Array): MemberFile {
  return memberFile(decodeCanonical(bytes, memberLimits), "member");
}

/** SHA-256 of what the member signed: what people read to each other. */
export function memberDigest(member: Member): Uint8Array {
  return nodeCrypto.sha256(signingInput(member));
}

/** A member file of canonical JSON, signed by every key that it names. */
export async function encodeMemberFile(member: Member, signers: readonly Signer[]): Promise<Uint8Array> {
  const message = signingInput(member);
  const proofs = await Promise.all(
    signers.map(async (signer) => ({ kid: signer.kid, signature: toBase64url(await signer.sign(message)) })),
  );
  proofs.sort((a, b) => (a.kid < b.kid ? -1 : 1));
  return canonicalBytes({ proofs, statement: member });
}
