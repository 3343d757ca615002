import { toHex } from "../bytes/index.ts";
import { refuse } from "./errors.ts";
import { positionOf } from "./key.ts";
import type { Position, Sha256, StateKey } from "./key.ts";
import { pathBits } from "./path.ts";

/**
 * Proof of the presence or absence of several keys under one state root: the walk to all of them in preorder. It has
 * one spelling for a root and a set of keys, whatever their order.
 */
export interface Multiproof {
  /** A byte for each node that a target reaches: depth of a branch, or {@link leafMark}. */
  readonly shape: Uint8Array;
  /** 32 bytes for each child that no target reaches, 96 (path, key hash, value hash) for each leaf of another key. */
  readonly hashes: Uint8Array;
}

export const leafMark = 0xff;

const maxTargets = 64;

/** Bounds of a proof: a target passes at most 255 branches and one leaf. Sizes in bytes. */
export const proofLimits = {
  maxTargets,
  maxShapeBytes: maxTargets * pathBits,
  maxHashesBytes: maxTargets * (255 * 32 + 96),
} as const;

/**
 * Positions of the targets of one proof, in their order.
 *
 * @throws Refusal `state/proof-targets` unless there are 1 to 64, all of different keys; `state/key-…`
 */
export function locateTargets<T extends { readonly key: StateKey }>(
  crypto: Sha256,
  targets: readonly T[],
): readonly (T & Position)[] {
  if (targets.length < 1 || targets.length > proofLimits.maxTargets) {
    throw refuse("state/proof-targets", `Got ${targets.length}.`);
  }
  const located = targets.map((target) => ({ ...target, ...positionOf(crypto, target.key) }));
  const distinct = new Set(located.map((target) => toHex(target.keyHash)));
  if (distinct.size < targets.length) throw refuse("state/proof-targets", "A key comes twice.");
  return located;
}
