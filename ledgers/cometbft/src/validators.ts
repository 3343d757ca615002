import { fromBase64url } from "@firmament/core/bytes";
import type { Validators } from "@firmament/core/registry";

/** A validator's consensus key, 32 bytes of Ed25519, and its power; 0 takes it out of the set. */
export interface ValidatorUpdate {
  readonly pubKey: { readonly ed25519: Uint8Array };
  readonly power: bigint;
}

const update = (key: string, power: bigint): ValidatorUpdate => ({ pubKey: { ed25519: fromBase64url(key) }, power });

/** What the engine must change so that its validators are the ledger's: every organisation has one vote. */
export function validatorUpdates(before: Validators, after: Validators): readonly ValidatorUpdate[] {
  const [old, fresh] = [before, after].map(({ members }) => new Set(members.map(({ key }) => key)));
  const gone = before.members.filter(({ key }) => fresh?.has(key) === false);
  const come = after.members.filter(({ key }) => old?.has(key) === false);
  return [...gone.map(({ key }) => update(key, 0n)), ...come.map(({ key }) => update(key, 1n))];
}
