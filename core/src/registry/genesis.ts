import { concat, fromBase64url, fromUtf8, toBase64url, toHex, utf8 } from "../bytes/index.ts";
import {
  base64urlOf,
  canonicalBytes,
  type Decoded,
  decodeCanonical,
  digest256,
  list,
  object,
  oneOf,
  organisationName,
  seconds,
  signatureText,
  sorted,
  text,
} from "../codec/index.ts";
import { type Crypto, keyId, publicKey } from "../keys/index.ts";
import { assertTrustStep, type TrustStep, trustSeed } from "../trust/index.ts";
import { refuse } from "./errors.ts";
import { assertFloorReachable, consortiumPolicy } from "./policy.ts";
import { tables } from "./records.ts";
import { assertNodes, claimOnce, foundNodes } from "./genesis-nodes.ts";
import { claimTrustKeys } from "./rules/trust.ts";
import { type Reading, Scope, type Write } from "./scope.ts";
import { sortWrites } from "./transition.ts";
import { certificate, engineNode } from "./validator.ts";

const LIMITS = { maxBytes: 262_144, maxDepth: 12 };
const name = text({ max: 48, pattern: /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/ });
const founder = object({ admin: publicKey, name: organisationName }, { authority: certificate, node: engineNode });

const body = object({
  /** Where the ledger's time comes from: the engine's block time, or the newest `tick` (PROTOCOL W-1). */
  clock: oneOf("block", "tick"),
  domain: name,
  name,
  organisations: sorted(founder, { min: 1, max: 64, key: (member) => member.name }),
  policy: consortiumPolicy,
  rules: oneOf(1),
  time: seconds,
  trust: trustSeed,
  type: oneOf("firmament-genesis/v1"),
});
export type GenesisBody = Decoded<typeof body>;

const genesisFile = object({
  genesis: base64urlOf(2, LIMITS.maxBytes),
  signatures: list(object({ kid: digest256, signature: signatureText }), { min: 1, max: 64 }),
});

/** A founded ledger: its id, its first trust root and its first writes. */
export interface Genesis {
  readonly body: GenesisBody;
  /** `<domain>/<name>/<16 hex of the genesis digest>`; also the log's origin. */
  readonly ledger: string;
  /** SHA-256 of the genesis bytes, base64url: stands for the transaction id in entry 0. */
  readonly digest: string;
  readonly trust: TrustStep;
}

/** Ledger id and digest of a genesis (PROTOCOL G-1). */
export function ledgerOf(crypto: Crypto, bytes: Uint8Array, found: GenesisBody): { ledger: string; digest: string } {
  const digest = crypto.sha256(concat(utf8("firmament-genesis/v1\n"), bytes));
  return { ledger: `${found.domain}/${found.name}/${toHex(digest.subarray(0, 8))}`, digest: toBase64url(digest) };
}

/** trust/1 of a genesis: its seed, the whole genesis digest, and the ledger that it makes (PROTOCOL G-2). */
export function firstTrust(
  found: GenesisBody,
  { digest, ledger }: { readonly digest: string; readonly ledger: string },
): Uint8Array {
  return canonicalBytes({
    ...found.trust,
    genesis: digest,
    ledgers: [{ id: ledger }],
    type: "firmament-trust/v1",
    version: 1,
  });
}

export function decodeGenesisBody(bytes: Uint8Array): GenesisBody {
  const found = body(decodeCanonical(bytes, LIMITS), "genesis");
  const founders = found.organisations.map((member) => member.name).join(" ");
  const trusted = found.trust.organisations.map((member) => member.name).join(" ");
  const { faults } = found.policy;
  if (faults !== found.trust.faults)
    throw refuse("genesis/form", `faults: ${faults}; trust root ${found.trust.faults}.`);
  const count = found.organisations.length;
  assertFloorReachable(found.policy, { cosigners: count, organisations: count });
  if (founders !== trusted) throw refuse("genesis/form", `Founders ${founders}; trust root ${trusted}.`);
  assertNodes(found.organisations);
  return found;
}

/**
 * Decodes a genesis file and checks that a threshold of the founders signed trust/1 (PROTOCOL G-3).
 *
 * @throws Refusal `codec/…`, `genesis/form`, `trust/…`
 */
export function decodeGenesis(crypto: Crypto, fileBytes: Uint8Array): Genesis {
  const file = genesisFile(decodeCanonical(fileBytes, { maxBytes: 2 * LIMITS.maxBytes, maxDepth: 4 }), "genesis file");
  const bytes = fromBase64url(file.genesis);
  const found = decodeGenesisBody(bytes);
  const { digest, ledger } = ledgerOf(crypto, bytes, found);
  const signatures = file.signatures.map(({ kid, signature }) => ({ kid, signature: fromBase64url(signature) }));
  const trust = { document: firstTrust(found, { digest, ledger }), signatures };
  assertTrustStep(crypto, undefined, trust);
  return { body: found, digest, ledger, trust };
}

/** The genesis file: the body's bytes and the founders' signatures over trust/1. */
export function encodeGenesis(bytes: Uint8Array, trust: TrustStep): Uint8Array {
  const signatures = trust.signatures.map(({ kid, signature }) => ({ kid, signature: toBase64url(signature) }));
  return canonicalBytes({ genesis: toBase64url(bytes), signatures });
}

/** The writes of entry 0 (PROTOCOL G-4), in the order of their encoded keys. */
export function* genesisWrites(crypto: Crypto, genesis: Genesis): Reading<readonly Write[]> {
  const scope = new Scope();
  const { body: found, ledger } = genesis;
  const trust = assertTrustStep(crypto, undefined, genesis.trust);
  scope.put(tables.ledger, [], { rules: found.rules, time: found.time, trust: 1 });
  scope.put(tables.trust, ["1"], { document: fromUtf8(trust.bytes) });
  scope.put(tables.consortium, [], found.policy);
  scope.put(tables.electorate, [], { organisations: found.organisations.map((member) => member.name), version: 1 });
  yield* claimTrustKeys({ context: { crypto, index: 0, ledger, time: found.time }, scope }, trust);
  for (const { admin, name: organisation } of found.organisations) {
    const kid = keyId(crypto, admin);
    yield* claimOnce(scope, kid, "transaction");
    scope.put(tables.organisation, [organisation], { status: "active" });
    scope.put(tables.identity, [kid], { key: admin, organisation, roles: ["admin"], status: "active" });
  }
  yield* foundNodes(crypto, scope, found.organisations);
  return sortWrites(scope.writes);
}
