import { show } from "../errors/index.ts";
import { refuse } from "./errors.ts";

/** How the versions of a class are ordered; never as text. */
export type VersionScheme = "integer" | "semver";

interface SemVer {
  readonly numbers: readonly number[];
  readonly prerelease: readonly string[];
}

const NUMBER = "(0|[1-9][0-9]{0,14})";
const IDENTIFIER = "(?:0|[1-9][0-9]{0,14}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
const SEMVER = new RegExp(
  `^${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);
const INTEGER = new RegExp(`^${NUMBER}$`);
const MAX_LENGTH = 64;

function parseSemVer(text: string): SemVer {
  const found = text.length <= MAX_LENGTH ? SEMVER.exec(text) : null;
  if (found === null) throw refuse("manifest/version", `${show(text)} is no SemVer version.`);
  const [, major = "", minor = "", patch = "", prerelease] = found;
  return { numbers: [major, minor, patch].map(Number), prerelease: prerelease?.split(".") ?? [] };
}

function parseInteger(text: string): number {
  if (!INTEGER.test(text)) throw refuse("manifest/version", `${show(text)} is no integer version.`);
  return Number(text);
}

// SemVer 2.0.0 section 11.4: numeric below alphanumeric, numeric by value, alphanumeric by ASCII.
function compareIdentifiers(a: string, b: string): number {
  const [na, nb] = [INTEGER.test(a), INTEGER.test(b)];
  if (na && nb) return Number(a) - Number(b);
  if (na !== nb) return na ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareSemVer(a: SemVer, b: SemVer): number {
  for (const [i, left] of a.numbers.entries()) {
    const order = left - (b.numbers[i] ?? 0);
    if (order !== 0) return order;
  }
  return comparePrerelease(a.prerelease, b.prerelease);
}

/**
 * Orders two versions: negative, 0 or positive as `a` is below, equal to or above `b`. Build metadata of SemVer
 * does not count (SemVer 2.0.0 section 11).
 *
 * @throws Refusal `manifest/version` where one is not of the scheme
 */
export function compareVersions(scheme: VersionScheme, a: string, b: string): number {
  if (scheme === "integer") return parseInteger(a) - parseInteger(b);
  return compareSemVer(parseSemVer(a), parseSemVer(b));
}

/** @throws Refusal `manifest/version` */
export function assertVersion(scheme: VersionScheme, version: string): void {
  compareVersions(scheme, version, version);
}
