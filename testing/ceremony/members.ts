import { toBase64url } from "@firmament/core/bytes";
import { decodeMemberFile, encodeMemberFile, type Member, type MemberFile } from "@firmament/cli/ceremony";
import type { Signer } from "@firmament/core/keys";
import { generateKey, softwareSigner } from "@firmament/crypto";
import { issueAuthority } from "@firmament/crypto/certificates/issue";
import { DAY, nodeOf, START, type TestOrganisation } from "../kit/index.ts";

/** A member in memory, with the signers of all its keys. */
export interface TestMember {
  readonly member: Member;
  readonly signers: readonly Signer[];
}

function ed25519({ key }: Signer): Member["cosigner"]["key"] {
  if (key.kty !== "OKP") throw new TypeError("a cosigner key is Ed25519");
  return key;
}

/** What an organisation of the kit says of itself, at a host of its own; with a validator and an authority. */
export async function testMember(
  organisation: TestOrganisation,
  host: string,
  changes: Partial<Member> = {},
): Promise<TestMember> {
  const authority = await generateKey("ES256");
  const certificate = await issueAuthority(authority, START);
  const { admin, cosigner, name, root, validator } = organisation;
  const member: Member = {
    addresses: { ledger: `https://${host}:4700/`, node: `https://${host}:4704/`, peer: `${host}:26656` },
    admin: admin.key,
    authority: toBase64url(certificate),
    cosigner: { key: ed25519(cosigner), until: START + 730 * DAY },
    name,
    node: nodeOf(organisation),
    root: root.key,
    time: START,
    type: "firmament-member/v1",
    ...changes,
  };
  return { member, signers: [admin, root, cosigner, validator, softwareSigner(authority)] };
}

/** The member file of a member in memory, read back. */
export async function testMemberFile({ member, signers }: TestMember): Promise<MemberFile> {
  return decodeMemberFile(await encodeMemberFile(member, signers));
}
