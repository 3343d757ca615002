import {
  decodeDraft,
  decodeMemberFile,
  decodeSignatureFile,
  decodeTrustDraft,
  encodeMemberFile,
  encodeSignatureFile,
  encodeTrustDraft,
  makeDraft,
  type Member,
} from "@firmament/cli/ceremony";
import { signTrust } from "@firmament/agents/signing";
import { decodeTrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { testMember } from "../../ceremony/members.ts";
import { goldenOrganisation } from "../../vectors/golden/keys.ts";
import { type Decoder, document, exact, sealed } from "../decoder.ts";
import { goldenBundles } from "../golden.ts";

const NAMES = ["alpha.example", "bravo.example", "charlie.example", "delta.example"];
const MOST = 250;

function agentsOf(index: number): Partial<Member["addresses"]> {
  const url = (port: number): string => `https://10.0.0.9:${port}/`;
  return index === 0 ? { author: url(1), register: url(2), retrieval: url(3) } : {};
}

const memberFiles = await Promise.all(
  NAMES.map(async (name, i) => {
    const { member, signers } = await testMember(goldenOrganisation(name), `10.0.0.${i + 1}`);
    return encodeMemberFile({ ...member, addresses: { ...member.addresses, ...agentsOf(i) } }, signers);
  }),
);
const terms = { domain: "example.org", freshness: 86_400, name: "registry" };
const draft = makeDraft(terms, memberFiles.map(decodeMemberFile));

const [first, second] = (goldenBundles[1]?.parts.classPart.trust ?? []).map((step) =>
  decodeTrustRoot(nodeCrypto, step.document),
);
if (first === undefined || second === undefined) throw new Error("a golden bundle with two trust roots is missing");
const signature = encodeSignatureFile(second, [
  await signTrust(nodeCrypto, goldenOrganisation("alpha.example").root, second.bytes),
]);

/** Decoders of the files that organisations exchange when they found a ledger and change its trust root. */
export const ceremony: readonly Decoder[] = [
  sealed("json", {
    name: "decodeMemberFile",
    samples: memberFiles.slice(0, 1),
    decode: decodeMemberFile,
    most: MOST,
  }),
  { ...document({ name: "decodeDraft", samples: [draft], decode: decodeDraft }), most: MOST },
  document({ name: "decodeSignatureFile", samples: [signature], decode: decodeSignatureFile }),
  exact("json", {
    name: "decodeTrustDraft",
    samples: [encodeTrustDraft({ before: first, next: second })],
    decode: decodeTrustDraft,
    encode: encodeTrustDraft,
  }),
];
