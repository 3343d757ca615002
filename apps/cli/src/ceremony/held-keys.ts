import { existsSync } from "node:fs";
import { canonicalText } from "@firmament/core/codec";
import type { PublicKey, Signer } from "@firmament/core/keys";
import type { TrustDocument } from "@firmament/core/trust";
import { readKeyFile, softwareSigner, type StoredKey } from "@firmament/crypto";
import { type EngineKeys, readEngineKeys } from "@firmament/server/engine";
import type { Home } from "@firmament/server/home";
import { type HeldAuthority, heldAuthority } from "./authority.ts";
import { refuse } from "./errors.ts";
import type { Member } from "./member-file.ts";

/** Purpose under which the key lies that will follow the key of this purpose. */
export const nextOf = (purpose: string): string => `${purpose}-next`;

/** All keys of one organisation that stand in a genesis or a trust root. */
export interface HeldKeys {
  readonly admin: Signer;
  /** The key in use; then the one that is to follow it, where there is one. */
  readonly cosigners: readonly Signer[];
  /** As {@link cosigners}. */
  readonly roots: readonly Signer[];
  /** Of an organisation that runs a validator. */
  readonly engine?: EngineKeys | undefined;
  readonly authority?: HeldAuthority | undefined;
}

function signersFor(keys: readonly StoredKey[], purpose: string): Signer[] {
  return [purpose, nextOf(purpose)].flatMap((name) =>
    keys.filter((stored) => stored.purpose === name).map(({ key }) => softwareSigner(key)),
  );
}

/** The root keys that lie in a home. @throws Refusal `keystore/…` */
export async function heldRoots(home: Home, organisation: string, passphrase: Uint8Array): Promise<readonly Signer[]> {
  return signersFor(await readKeyFile(home.rootKeyFile(organisation), passphrase), "root");
}

/** The cosigner keys that lie in a home. @throws Refusal `keystore/…` */
export async function heldCosigners(
  home: Home,
  organisation: string,
  passphrase: Uint8Array,
): Promise<readonly Signer[]> {
  return signersFor(await readKeyFile(home.keyFile(organisation, "node"), passphrase), "cosigner");
}

/** @throws Refusal `keystore/…`, `engine/keys` */
export async function heldKeys(home: Home, organisation: string, passphrase: Uint8Array): Promise<HeldKeys> {
  const [admin] = signersFor(await readKeyFile(home.keyFile(organisation, "admin"), passphrase), "transaction");
  if (admin === undefined) throw refuse("ceremony/own-entry", `${organisation} has no administrator's key.`);
  const engine = home.engineFolder(organisation);
  return {
    admin,
    cosigners: await heldCosigners(home, organisation, passphrase),
    roots: await heldRoots(home, organisation, passphrase),
    engine: existsSync(engine) ? readEngineKeys(engine) : undefined,
    authority: await heldAuthority(home, organisation, passphrase),
  };
}

const isOneOf = (signers: readonly Signer[], key: PublicKey): boolean =>
  signers.some((signer) => canonicalText(signer.key) === canonicalText(key));

/** Names of a member's keys that are not those of the home. */
function strangeKeys(member: Member, held: HeldKeys): string[] {
  const { node } = member;
  const checks: readonly (readonly [string, boolean])[] = [
    ["administrator", isOneOf([held.admin], member.admin)],
    ["root", isOneOf(held.roots, member.root)],
    ["cosigner", isOneOf(held.cosigners, member.cosigner.key)],
    ["peer", node?.peer === held.engine?.peer],
    ["validator", canonicalText(node?.validator ?? {}) === canonicalText(held.engine?.validator ?? {})],
    ["authority", member.authority === held.authority?.certificate],
  ];
  return checks.flatMap(([name, holds]) => (holds ? [] : [name]));
}

/** @throws Refusal `ceremony/own-entry` where a member file names other keys than the home holds */
export function assertOwnMember(member: Member, held: HeldKeys): void {
  const strange = strangeKeys(member, held);
  if (strange.length > 0)
    throw refuse("ceremony/own-entry", `The keys of ${member.name} differ: ${strange.join(", ")}.`);
}

/** @throws Refusal `ceremony/own-entry` where a trust root names other keys of the organisation than the home holds */
export function assertOwnEntry(
  { organisations }: TrustDocument,
  organisation: string,
  held: Pick<HeldKeys, "cosigners" | "roots">,
): void {
  const entry = organisations.find(({ name }) => name === organisation);
  if (entry === undefined) return;
  const own = isOneOf(held.roots, entry.root) && entry.cosigners.every(({ key }) => isOneOf(held.cosigners, key));
  if (!own) throw refuse("ceremony/own-entry", `See ${organisation} in the draft.`);
}
