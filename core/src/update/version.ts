import { Refusal } from "../errors/index.ts";
import { compareVersions, type VersionScheme } from "../manifest/index.ts";

function schemeOf(version: string): VersionScheme {
  return /^[0-9]+$/.test(version) ? "integer" : "semver";
}

/**
 * Whether one version is superior to another in the scheme of the first; versions of different or unknown form
 * are never superior.
 */
export function isSuperior(candidate: string, installed: string): boolean {
  try {
    return compareVersions(schemeOf(candidate), candidate, installed) > 0;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
