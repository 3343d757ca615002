import {
  canonicalBytes,
  canonicalText,
  type Decoded,
  decodeCanonical,
  type Decoder,
  object,
  oneOf,
  sorted,
} from "@firmament/core/codec";
import { decodeGenesisBody, firstTrust, type GenesisBody, ledgerOf } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { refuse } from "./errors.ts";
import { genesisBody, type Terms } from "./genesis-body.ts";
import { memberFile, type MemberFile } from "./member-file.ts";
import { networkOf } from "./member-network.ts";

/** Limits of a genesis draft. */
export const draftLimits = { maxBytes: 1_572_864, maxDepth: 14 } as const;

const genesis: Decoder<GenesisBody> = (value) => decodeGenesisBody(canonicalBytes(value));

const draft = object({
  genesis,
  members: sorted(memberFile, { min: 1, max: 64, key: ({ statement }) => statement.name }),
  type: oneOf("firmament-draft/v1"),
});

/** A genesis before it is signed, with the member files that it was made from. */
export type Draft = Decoded<typeof draft>;

const newest = (members: readonly MemberFile[]): number => Math.max(...members.map(({ statement }) => statement.time));

function bodyOf(terms: Omit<Terms, "time">, members: readonly MemberFile[]): GenesisBody {
  return genesisBody(
    { ...terms, time: newest(members) },
    members.map(({ statement }) => statement),
  );
}

function assertNetwork(members: readonly MemberFile[]): void {
  networkOf(members.map(({ statement }) => statement));
}

/**
 * The draft of these members' consortium: the same members and terms give the same bytes, in whatever order the
 * members come. Its time is that of the newest member file.
 *
 * @throws Refusal `ceremony/members`, `genesis/form`
 */
export function makeDraft(terms: Omit<Terms, "time">, members: readonly MemberFile[]): Uint8Array {
  const inOrder = [...members].sort((a, b) => (a.statement.name < b.statement.name ? -1 : 1));
  assertNetwork(inOrder);
  const bytes = canonicalBytes({ genesis: bodyOf(terms, inOrder), members: inOrder, type: "firmament-draft/v1" });
  decodeDraft(bytes);
  return bytes;
}

/**
 * Reads a draft, and checks that its genesis says of each organisation what the organisation says of itself.
 *
 * @throws Refusal `codec/…`, `keys/…`, `genesis/form`, `ceremony/draft`, `ceremony/members`, `ceremony/proof`, …
 */
export function decodeDraft(bytes: Uint8Array): Draft {
  const found = draft(decodeCanonical(bytes, draftLimits), "draft");
  const { domain, name, organisations, time, trust } = found.genesis;
  const expected = bodyOf({ domain, freshness: trust.freshness, name }, found.members);
  const same =
    time === expected.time &&
    canonicalText(organisations) === canonicalText(expected.organisations) &&
    canonicalText(trust.organisations) === canonicalText(expected.trust.organisations);
  if (!same) throw refuse("ceremony/draft", `See ${organisations.map((each) => each.name).join(", ")}.`);
  assertNetwork(found.members);
  return found;
}

/** The ledger that a draft founds, and the trust root that its founders sign. */
export interface DraftedLedger {
  readonly bytes: Uint8Array;
  readonly ledger: string;
  /** Genesis digest, base64url. */
  readonly digest: string;
  readonly trust: Uint8Array;
}

export function draftedLedger({ genesis: body }: Draft): DraftedLedger {
  const bytes = canonicalBytes(body);
  const { digest, ledger } = ledgerOf(nodeCrypto, bytes, body);
  return { bytes, digest, ledger, trust: firstTrust(body, { digest, ledger }) };
}
