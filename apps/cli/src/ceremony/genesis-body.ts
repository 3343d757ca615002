import type { ConsortiumPolicy, EngineNode, GenesisBody } from "@firmament/core/registry";
import type { PublicKey } from "@firmament/core/keys";
import { quorumOf } from "@firmament/core/trust";

const DAY = 86_400;

/** Seconds for which a new cosigner key is delegated. */
export const DELEGATION = 730 * DAY;

/** One organisation as a genesis names it: public keys only. */
export interface Founder {
  readonly name: string;
  readonly admin: PublicKey;
  readonly root: PublicKey;
  /** `until`: end of the delegation, seconds since 1970. */
  readonly cosigner: { readonly key: Extract<PublicKey, { readonly kty: "OKP" }>; readonly until: number };
  readonly node?: EngineNode | undefined;
  /** DER of the organisation's own certificate authority, base64url. */
  readonly authority?: string | undefined;
}

/** What founders agree on besides their keys. */
export interface Terms {
  readonly domain: string;
  readonly name: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** Seconds after which a last entry is stale. */
  readonly freshness: number;
}

/** What a small consortium starts with: one receipt, one approval and a month of freshness as the floor. */
export function startingPolicy(faults: number, freshness: number): ConsortiumPolicy {
  return {
    faults,
    floor: { algorithms: ["ES256", "EdDSA", "RS384"], approvals: 1, cosignatures: 1, freshness: 30 * DAY, receipts: 1 },
    freshness,
    grant: 1800,
    hold: 3 * DAY,
    sequenceTolerance: 600_000,
    version: 1,
  };
}

/** The genesis of these founders, in whatever order they come: it bears every fault that their number allows. */
export function genesisBody(terms: Terms, founders: readonly Founder[]): GenesisBody {
  const members = [...founders].sort((a, b) => (a.name < b.name ? -1 : 1));
  const faults = Math.floor((members.length - 1) / 3);
  const threshold = quorumOf(members.length, faults);
  return {
    clock: "block",
    domain: terms.domain,
    name: terms.name,
    organisations: members.map(({ admin, authority, name, node }) => ({
      admin,
      name,
      ...(authority === undefined ? {} : { authority }),
      ...(node === undefined ? {} : { node }),
    })),
    policy: startingPolicy(faults, terms.freshness),
    rules: 1,
    time: terms.time,
    trust: {
      consistency: false,
      faults,
      freshness: terms.freshness,
      organisations: members.map(({ cosigner, name, root }) => ({ cosigners: [cosigner], name, root })),
      rootThreshold: threshold,
      threshold,
    },
    type: "firmament-genesis/v1",
  };
}
