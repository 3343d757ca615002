import { canonicalBytes } from "@firmament/core/codec";
import { decodeTrustRoot, quorumOf, type TrustDocument, type TrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { refuse as refuseCommand } from "../errors.ts";
import type { Member } from "./member-file.ts";

/** What the next trust root changes; what is not named stays. */
export interface TrustChange {
  /** Members that are new in it. */
  readonly add: readonly Member[];
  /** Members whose root key and cosigner key become those of the file. */
  readonly replace: readonly Member[];
  /** Names of the organisations that leave. */
  readonly remove: readonly string[];
  readonly faults?: number | undefined;
  readonly freshness?: number | undefined;
  readonly rootThreshold?: number | undefined;
  readonly threshold?: number | undefined;
  /** New end of every delegation, seconds since 1970. */
  readonly until?: number | undefined;
}

type TrustMember = TrustDocument["organisations"][number];

const memberOf = ({ cosigner, name, root }: Member): TrustMember => ({ cosigners: [cosigner], name, root });

function assertNamed(change: TrustChange, before: TrustDocument): void {
  const present = new Set(before.organisations.map(({ name }) => name));
  const named = [...change.add, ...change.replace].map(({ name }) => name).concat(change.remove);
  const missing = change.replace.map(({ name }) => name).concat(change.remove);
  const twice = named.find((name, i) => named.indexOf(name) !== i);
  if (twice !== undefined) throw refuseCommand("cli/usage", `${twice} is named twice.`);
  const there = change.add.find(({ name }) => present.has(name));
  if (there !== undefined) throw refuseCommand("cli/usage", `${there.name} is in the trust root; use --replace.`);
  const absent = missing.find((name) => !present.has(name));
  if (absent !== undefined) throw refuseCommand("cli/usage", `${absent} is not in the trust root.`);
}

function organisationsOf(change: TrustChange, before: TrustDocument): TrustMember[] {
  const gone = new Set([...change.remove, ...change.replace.map(({ name }) => name)]);
  const members = [
    ...before.organisations.filter(({ name }) => !gone.has(name)),
    ...[...change.replace, ...change.add].map(memberOf),
  ];
  const { until } = change;
  const renewed = (found: TrustMember): TrustMember =>
    until === undefined ? found : { ...found, cosigners: found.cosigners.map(({ key }) => ({ key, until })) };
  return members.map(renewed).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * The trust root that follows `before`. Thresholds that are not named stay where the number of organisations and of
 * faults does, and are the quorum of the new ones otherwise.
 *
 * @throws Refusal `cli/usage`, `trust/…`
 */
export function nextTrust({ digest, document: before }: TrustRoot, change: TrustChange): TrustRoot {
  assertNamed(change, before);
  const organisations = organisationsOf(change, before);
  const faults = change.faults ?? before.faults;
  const same = organisations.length === before.organisations.length && faults === before.faults;
  const quorum = quorumOf(organisations.length, faults);
  const { genesis: _genesis, restart: _restart, ...kept } = before;
  const next: TrustDocument = {
    ...kept,
    faults,
    freshness: change.freshness ?? before.freshness,
    organisations,
    previous: digest,
    rootThreshold: change.rootThreshold ?? (same ? before.rootThreshold : quorum),
    threshold: change.threshold ?? (same ? before.threshold : quorum),
    version: before.version + 1,
  };
  return decodeTrustRoot(nodeCrypto, canonicalBytes(next));
}
