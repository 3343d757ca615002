import { signTrust } from "@firmament/agents/signing";
import { canonicalBytes } from "@firmament/core/codec";
import type { PublicKey } from "@firmament/core/keys";
import {
  type ConsortiumPolicy,
  encodeGenesis,
  type EngineNode,
  firstTrust,
  type GenesisBody,
  ledgerOf,
} from "@firmament/core/registry";
import { quorumOf } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import type { TestOrganisation } from "./organisation.ts";

/** 2026-01-01T00:00:00Z: where the clocks of tests begin. */
export const START = 1_767_225_600;
export const DAY = 86_400;

export interface FoundingOptions {
  /** Certificate authorities by the organisation's name, DER as base64url. */
  readonly authorities?: ReadonlyMap<string, string>;
  readonly faults?: number;
  readonly consistency?: boolean;
  readonly freshness?: number;
  /** Whether every founder has a node of the replicated engine; none has where it is left out. */
  readonly nodes?: boolean;
  /** End of the cosigners' delegation, seconds since 1970. */
  readonly until?: number;
  readonly policy?: Partial<ConsortiumPolicy>;
}

export const openPolicy: ConsortiumPolicy = {
  faults: 1,
  floor: { algorithms: ["ES256", "EdDSA", "RS384"], approvals: 1, cosignatures: 1, freshness: 30 * DAY, receipts: 1 },
  freshness: DAY,
  grant: 1800,
  hold: 3 * DAY,
  sequenceTolerance: 600_000,
  version: 1,
};

function ed25519(key: PublicKey) {
  if (key.kty !== "OKP") throw new TypeError("cosigner and validator keys are Ed25519");
  return key;
}

/** What an organisation tells of its node in the replicated engine. */
export function nodeOf({ peer, validator }: TestOrganisation): EngineNode {
  return { peer, validator: ed25519(validator.key) };
}

/** Member of a trust root for one organisation. */
export function trustMember(member: TestOrganisation, until: number) {
  return { cosigners: [{ key: ed25519(member.cosigner.key), until }], name: member.name, root: member.root.key };
}

function withAuthority(authority: string | undefined): { authority?: string } {
  return authority === undefined ? {} : { authority };
}

/** A genesis file signed by all founders. */
export async function foundingGenesis(
  members: readonly TestOrganisation[],
  options: FoundingOptions = {},
): Promise<Uint8Array> {
  const { consistency = false, faults = 1, freshness = DAY, nodes = false, until = START + 3650 * DAY } = options;
  const sorted = [...members].sort((a, b) => (a.name < b.name ? -1 : 1));
  const threshold = quorumOf(sorted.length, faults);
  const body: GenesisBody = {
    clock: "block",
    domain: "test.example",
    name: "registry",
    organisations: sorted.map((member) => ({
      admin: member.admin.key,
      name: member.name,
      ...withAuthority(options.authorities?.get(member.name)),
      ...(nodes ? { node: nodeOf(member) } : {}),
    })),
    policy: { ...openPolicy, faults, ...options.policy },
    rules: 1,
    time: START,
    trust: {
      consistency,
      faults,
      freshness,
      organisations: sorted.map((member) => trustMember(member, until)),
      rootThreshold: threshold,
      threshold,
    },
    type: "firmament-genesis/v1",
  };
  const bytes = canonicalBytes(body);
  const document = firstTrust(body, ledgerOf(nodeCrypto, bytes, body));
  const signatures = await Promise.all(sorted.map((member) => signTrust(nodeCrypto, member.root, document)));
  signatures.sort((a, b) => (a.kid < b.kid ? -1 : 1));
  return encodeGenesis(bytes, { document, signatures });
}
