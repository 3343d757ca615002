import { canonicalText } from "@firmament/core/codec";
import { keyId, type PublicKey } from "@firmament/core/keys";
import type { TrustDocument, TrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { timeText } from "../output.ts";
import { keyText } from "./fingerprint.ts";

type TrustMember = TrustDocument["organisations"][number];

const same = (a: PublicKey, b: PublicKey): boolean => canonicalText(a) === canonicalText(b);

function cosignerLines({ cosigners }: TrustMember): string[] {
  return cosigners.map(({ key, until }) => `  cosigner ${keyText(key)} until ${timeText(until)}`);
}

/** What a trust root asks for, without its keys. */
export function trustTerms({ digest, document }: TrustRoot): string[] {
  const { faults, freshness, organisations, rootThreshold, threshold, version } = document;
  return [
    `trust/${version}, digest ${digest}`,
    `${threshold} of ${organisations.length} organisations cosign; ${rootThreshold} of ${organisations.length} root keys sign the next trust root`,
    `made for at most ${faults} dishonest organisations; evidence is stale after ${freshness} s`,
    ...(document.consistency ? ["devices demand consistency proofs"] : []),
    ...(document.restart === true ? ["devices forget what they saw (restart)"] : []),
    ...document.ledgers.map(
      ({ id, successor }) => `ledger ${id}${successor === undefined ? "" : `, succeeded by ${successor}`}`,
    ),
  ];
}

/** One trust root for people: what it asks for, and every key in it. */
export function trustLines(root: TrustRoot): string[] {
  const memberLines = (member: TrustMember) => [
    member.name,
    `  root ${keyText(member.root)}`,
    ...cosignerLines(member),
  ];
  return [...trustTerms(root), ...root.document.organisations.flatMap(memberLines)];
}

function memberChanges(before: TrustMember, next: TrustMember): string[] {
  const lines: string[] = [];
  const { name } = next;
  if (!same(before.root, next.root))
    lines.push(`${name}: root key becomes ${keyText(next.root)}, it was ${keyText(before.root)}`);
  for (const { key, until } of next.cosigners) {
    const old = before.cosigners.find((each) => same(each.key, key));
    if (old === undefined) lines.push(`${name}: cosigner ${keyText(key)} is new, until ${timeText(until)}`);
    else if (old.until !== until)
      lines.push(`${name}: cosigner ${keyId(nodeCrypto, key)} until ${timeText(until)}, it was ${timeText(old.until)}`);
  }
  for (const { key } of before.cosigners)
    if (!next.cosigners.some((each) => same(each.key, key)))
      lines.push(`${name}: cosigner ${keyText(key)} counts no more`);
  return lines;
}

function organisationChanges(before: TrustDocument, next: TrustDocument): string[] {
  const old = new Map(before.organisations.map((member) => [member.name, member]));
  const stays = new Set(next.organisations.map(({ name }) => name));
  const left = before.organisations.filter(({ name }) => !stays.has(name));
  return [
    ...left.map(({ name }) => `${name} leaves: its cosignatures count no more`),
    ...next.organisations.flatMap((member) => {
      const found = old.get(member.name);
      if (found !== undefined) return memberChanges(found, member);
      return [`${member.name} joins: root ${keyText(member.root)}`, ...cosignerLines(member)];
    }),
  ];
}

function valueChanges(before: TrustDocument, next: TrustDocument): string[] {
  const [old, now] = [before, next].map((found) => ({
    "organisations that cosign": `${found.threshold} of ${found.organisations.length}`,
    "root keys that sign the next trust root": `${found.rootThreshold} of ${found.organisations.length}`,
    "dishonest organisations that it bears": String(found.faults),
    "seconds after which evidence is stale": String(found.freshness),
    "devices demand consistency proofs": found.consistency ? "yes" : "no",
    "devices forget what they saw (restart)": found.restart === true ? "yes" : "no",
    ledgers: found.ledgers.map(({ id, successor = "none" }) => `${id} (successor: ${successor})`).join(", "),
  }));
  const earlier = new Map(Object.entries(old ?? {}));
  return Object.entries(now ?? {}).flatMap(([what, value]) =>
    value === earlier.get(what) ? [] : [`${what}: ${value}, it was ${earlier.get(what) ?? ""}`],
  );
}

/** Everything in which two trust roots differ, in words; where only the version does, it says so. */
export function changeLines({ document: before }: TrustRoot, { document: next }: TrustRoot): string[] {
  const lines = [...organisationChanges(before, next), ...valueChanges(before, next)];
  return lines.length === 0 ? ["nothing changes but the version"] : lines;
}
