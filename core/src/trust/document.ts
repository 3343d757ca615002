import { fromBase64url, toBase64url } from "../bytes/index.ts";
import {
  boolean,
  type Decoded,
  decodeCanonical,
  digest256,
  integer,
  list,
  object,
  oneOf,
  organisationName,
  seconds,
  sorted,
} from "../codec/index.ts";
import { type Crypto, keyId, publicKey } from "../keys/index.ts";
import { cosignerKeyId, ledgerId } from "../log/index.ts";
import { refuse } from "./errors.ts";

/** Limits of a trust root (PROTOCOL Z-1). */
export const trustLimits = {
  maxBytes: 65_536,
  maxDepth: 8,
  maxOrganisations: 64,
  maxCosigners: 4,
  maxChain: 256,
} as const;

const ed25519 = (value: unknown, path: string) => {
  const key = publicKey(value, path);
  if (key.kty !== "OKP") throw refuse("trust/cosigner-key", `See ${path}.`);
  return key;
};

/** A key that an organisation cosigns with, and the end of its delegation. */
export const cosigner = object({ key: ed25519, until: seconds });
const organisation = object({
  cosigners: list(cosigner, { min: 1, max: trustLimits.maxCosigners }),
  name: organisationName,
  root: publicKey,
});
const ledger = object({ id: ledgerId }, { successor: ledgerId });

const seedMembers = {
  consistency: boolean,
  faults: integer(0, 63),
  freshness: integer(60, 31_536_000),
  organisations: sorted(organisation, { min: 1, max: trustLimits.maxOrganisations, key: (member) => member.name }),
  rootThreshold: integer(1, trustLimits.maxOrganisations),
  threshold: integer(1, trustLimits.maxOrganisations),
} as const;

const document = object(
  {
    ...seedMembers,
    ledgers: sorted(ledger, { min: 1, max: 8, key: (member) => member.id }),
    type: oneOf("firmament-trust/v1"),
    version: integer(1, trustLimits.maxChain),
  },
  { genesis: digest256, previous: digest256, restart: oneOf(true) },
);

/** What a genesis fixes of trust/1: everything but the ledger's id, which the genesis digest makes (PROTOCOL G-2). */
export const trustSeed = object(seedMembers);
export type TrustSeed = Decoded<typeof trustSeed>;
export type TrustDocument = Decoded<typeof document>;

/** A trust root with the bytes that were signed and their SHA-256. */
export interface TrustRoot {
  readonly document: TrustDocument;
  readonly bytes: Uint8Array;
  /** base64url */
  readonly digest: string;
}

/** The votes that two decisions cannot both reach without an honest organisation in common. */
export function quorumOf(organisations: number, faults: number): number {
  return Math.floor((organisations + faults) / 2) + 1;
}

function assertThresholds(found: TrustDocument): void {
  const count = found.organisations.length;
  const floor = quorumOf(count, found.faults);
  for (const threshold of [found.threshold, found.rootThreshold]) {
    if (threshold < floor || threshold > count) {
      throw refuse("trust/threshold", `Got ${threshold} for ${count} organisations and ${found.faults} faults.`);
    }
  }
}

function assertDistinctKeys(crypto: Crypto, found: TrustDocument): void {
  const seen = new Set<string>();
  const claim = (id: string) => {
    if (seen.has(id)) throw refuse("trust/duplicate-key", `See ${id}.`);
    seen.add(id);
  };
  for (const member of found.organisations) {
    claim(keyId(crypto, member.root));
    for (const { key } of member.cosigners) {
      claim(keyId(crypto, key));
      claim(cosignerKeyId(crypto, { name: member.name, publicKey: fromBase64url(key.x) }));
    }
  }
}

/**
 * Decodes one trust root and checks what it says of itself (PROTOCOL R-1 … R-3); signatures are checked by
 * {@link ./chain.ts}.
 *
 * @throws Refusal `codec/…`, `keys/…`, `trust/threshold`, `trust/duplicate-key`, `trust/version`
 */
export function decodeTrustRoot(crypto: Crypto, bytes: Uint8Array): TrustRoot {
  const found = document(decodeCanonical(bytes, trustLimits), "trust");
  const first = found.version === 1;
  if (first !== (found.previous === undefined) || first !== (found.genesis !== undefined)) {
    throw refuse(
      "trust/version",
      `Version ${found.version} must have ${first ? "genesis, not previous" : "previous, not genesis"}.`,
    );
  }
  assertThresholds(found);
  assertDistinctKeys(crypto, found);
  return { document: found, bytes, digest: toBase64url(crypto.sha256(bytes)) };
}
