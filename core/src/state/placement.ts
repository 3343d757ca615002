import { compare, equal } from "../bytes/index.ts";
import { positionOf } from "./key.ts";
import type { Position, Sha256, StateKey } from "./key.ts";
import { descend } from "./lookup.ts";
import type { NodeReader } from "./node-store.ts";
import type { Leaf, NodeRef } from "./node.ts";
import { firstDifference, pathBits } from "./path.ts";

/** One record's new value; `undefined` deletes it. */
export interface Change {
  readonly key: StateKey;
  readonly value: Uint8Array | undefined;
}

interface Located extends Position {
  readonly value: Uint8Array | undefined;
}

/** A change that has an effect, with the depth at which its path leaves the tree: 256 where its leaf exists. */
export interface Placement extends Located {
  readonly leavesAt: number;
}

function locate(crypto: Sha256, changes: readonly Change[]): Located[] {
  const located = changes.map(({ key, value }) => ({ ...positionOf(crypto, key), value }));
  located.sort((a, b) => compare(a.path, b.path));
  for (const [i, { path }] of located.entries()) {
    const next = located[i + 1];
    if (next !== undefined && equal(path, next.path))
      throw new RangeError("two changes of one batch have the same path");
  }
  return located;
}

// What a change means at the leaf that its path leads to; undefined where it changes nothing.
function place(change: Located, leaf: Leaf): Placement | undefined {
  const leavesAt = firstDifference(leaf.path, change.path);
  const present = leavesAt === pathBits && equal(leaf.keyHash, change.keyHash);
  if (present) {
    const same = change.value !== undefined && equal(change.value, leaf.value);
    return same ? undefined : { ...change, leavesAt };
  }
  if (change.value === undefined) return undefined;
  if (leavesAt === pathBits) throw new RangeError("two state keys have the same path");
  return { ...change, leavesAt };
}

/**
 * Finds where changes stand in a tree, ordered by path; those that change nothing are left out.
 *
 * @throws Refusal `state/key-…`; RangeError where a key comes twice or shares its path with another
 */
export function placementsOf(
  crypto: Sha256,
  nodes: NodeReader,
  root: NodeRef | undefined,
  changes: readonly Change[],
): readonly Placement[] {
  const placements: Placement[] = [];
  for (const change of locate(crypto, changes)) {
    const insertion = change.value === undefined ? undefined : { ...change, leavesAt: 0 };
    const placement = root === undefined ? insertion : place(change, descend(nodes, root, change.path));
    if (placement !== undefined) placements.push(placement);
  }
  return placements;
}
