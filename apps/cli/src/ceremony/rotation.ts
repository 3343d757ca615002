import { canonicalText } from "@firmament/core/codec";
import type { PublicKey } from "@firmament/core/keys";
import type { TrustDocument } from "@firmament/core/trust";
import { generateKey, publicPart, readKeyFile, type StoredKey, writeKeyFile } from "@firmament/crypto";
import type { Home } from "@firmament/server/home";
import { refuse } from "./errors.ts";
import { nextOf } from "./held-keys.ts";

/** Keys that a trust root names, and that change with it. */
export const rotated = ["cosigner", "root"] as const;
export type Rotated = (typeof rotated)[number];

const fileOf = (home: Home, organisation: string, purpose: Rotated): string =>
  purpose === "root" ? home.rootKeyFile(organisation) : home.keyFile(organisation, "node");

/**
 * Makes the key that is to follow the one in use, where there is none yet, and puts it beside that one: until the next
 * trust root names it, both are needed.
 *
 * @throws Refusal `keystore/…`
 */
export async function beginRotation(
  home: Home,
  organisation: string,
  purpose: Rotated,
  passphrase: Uint8Array,
): Promise<void> {
  const path = fileOf(home, organisation, purpose);
  const keys = await readKeyFile(path, passphrase);
  if (keys.some((stored) => stored.purpose === nextOf(purpose))) return;
  const next = { key: await generateKey("EdDSA"), purpose: nextOf(purpose) };
  await writeKeyFile(path, [...keys, next], passphrase, { replace: true });
}

function namedKeys({ organisations }: TrustDocument, organisation: string, purpose: Rotated): readonly PublicKey[] {
  const entry = organisations.find(({ name }) => name === organisation);
  if (entry === undefined) return [];
  return purpose === "root" ? [entry.root] : entry.cosigners.map(({ key }) => key);
}

const isNamed = (keys: readonly PublicKey[], { key }: StoredKey): boolean =>
  keys.some((each) => canonicalText(each) === canonicalText(publicPart(key)));

// The new key takes the old one's place, and the old one is gone.
async function endRotation(
  home: Home,
  organisation: string,
  purpose: Rotated,
  { inForce, passphrase }: Adoption,
): Promise<boolean> {
  const path = fileOf(home, organisation, purpose);
  const keys = await readKeyFile(path, passphrase);
  const next = keys.find((stored) => stored.purpose === nextOf(purpose));
  if (next === undefined || !isNamed(namedKeys(inForce, organisation, purpose), next)) return false;
  const others = keys.filter((stored) => stored !== next && stored.purpose !== purpose);
  await writeKeyFile(path, [...others, { key: next.key, purpose }], passphrase, { replace: true });
  return true;
}

/** What decides whether a new key is in force, and what opens the key files. */
export interface Adoption {
  readonly inForce: TrustDocument;
  readonly passphrase: Uint8Array;
}

/**
 * Puts new keys that the trust root in force names in the place of the old ones, which are lost with that.
 *
 * @returns the purposes of the keys that changed
 * @throws Refusal `ceremony/pending` where there is no new key that the trust root in force names
 */
export async function endRotations(home: Home, organisation: string, adoption: Adoption): Promise<readonly Rotated[]> {
  const changed: Rotated[] = [];
  for (const purpose of rotated) if (await endRotation(home, organisation, purpose, adoption)) changed.push(purpose);
  if (changed.length > 0) return changed;
  throw refuse("ceremony/pending", `trust/${adoption.inForce.version} names no new key of ${organisation}.`);
}
