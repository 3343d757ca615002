import { equal } from "../bytes/index.ts";
import { refuse } from "./errors.ts";
import type { Position, Sha256, StateKey } from "./key.ts";
import { branchHash, emptyRoot, leafHash } from "./node.ts";
import { bit, splitAt } from "./path.ts";
import { leafMark, locateTargets, proofLimits } from "./proof-format.ts";
import type { Multiproof } from "./proof-format.ts";

/** A key that the verifier made itself, and what is claimed to stand there: bytes, or `undefined` for absence. */
export interface ProofTarget {
  readonly key: StateKey;
  readonly value: Uint8Array | undefined;
}

type Claim = ProofTarget & Position;

function assertSizes({ shape, hashes }: Multiproof): void {
  if (shape.length > proofLimits.maxShapeBytes || hashes.length > proofLimits.maxHashesBytes) {
    throw refuse("state/proof-size", `Got ${shape.length} bytes of shape and ${hashes.length} of hashes.`);
  }
}

// Everything in the proof is the attacker's choice; only the claims' positions are the verifier's own.
class ProofWalk {
  readonly #crypto: Sha256;
  readonly #proof: Multiproof;
  readonly #passed: number[] = [];
  #shapeAt = 0;
  #hashesAt = 0;

  constructor(crypto: Sha256, proof: Multiproof) {
    this.#crypto = crypto;
    this.#proof = proof;
  }

  /** Root that the proof leads to; every byte of it is used. */
  root(claims: readonly Claim[]): Uint8Array {
    const hash = this.#proof.shape.length === 0 ? this.#empty(claims) : this.#node(claims);
    if (this.#shapeAt < this.#proof.shape.length || this.#hashesAt < this.#proof.hashes.length) {
      throw refuse("state/proof-form", "There are bytes after the end of the walk.");
    }
    return hash;
  }

  #empty(claims: readonly Claim[]): Uint8Array {
    const present = claims.some((claim) => claim.value !== undefined);
    if (present) throw refuse("state/proof-form", "An empty tree has none of the records.");
    return emptyRoot(this.#crypto);
  }

  #node(claims: readonly Claim[]): Uint8Array {
    const mark = this.#takeMark();
    if (mark === leafMark) return this.#leaf(claims);
    const above = this.#passed.at(-1) ?? -1;
    if (mark <= above) throw refuse("state/proof-form", `A branch at depth ${mark} stands below one at ${above}.`);
    const [left, right] = splitAt(claims, mark);
    this.#passed.push(mark);
    const [leftHash, rightHash] = [this.#child(left), this.#child(right)];
    this.#passed.pop();
    return branchHash(this.#crypto, mark, leftHash, rightHash);
  }

  #child(claims: readonly Claim[]): Uint8Array {
    return claims.length === 0 ? this.#takeHash() : this.#node(claims);
  }

  // At most one key stands at a leaf; the leaf proves that every other key which leads here is absent.
  #leaf(claims: readonly Claim[]): Uint8Array {
    const [present, second] = claims.filter((claim) => claim.value !== undefined);
    if (second !== undefined) throw refuse("state/proof-form", "Two records are shown at one leaf.");
    if (present?.value === undefined) return this.#foreignLeaf(claims);
    this.#assertFree(
      claims.filter((claim) => claim !== present),
      present.path,
    );
    return leafHash(this.#crypto, present, this.#crypto.sha256(present.value));
  }

  #foreignLeaf(claims: readonly Claim[]): Uint8Array {
    const leaf = { path: this.#takeHash(), keyHash: this.#takeHash() };
    this.#assertOnWalk(leaf.path, claims);
    this.#assertFree(claims, leaf.path);
    return leafHash(this.#crypto, leaf, this.#takeHash());
  }

  // The claims that reach this leaf have taken every turn of the walk, so any of them tells the turns.
  #assertOnWalk(path: Uint8Array, [guide]: readonly Claim[]): void {
    if (guide === undefined) throw new TypeError("a leaf was reached by no claim");
    const strays = this.#passed.some((depth) => bit(path, depth) !== bit(guide.path, depth));
    if (strays) throw refuse("state/proof-form", "A leaf stands where its path does not lead.");
  }

  #assertFree(absent: readonly Claim[], path: Uint8Array): void {
    if (absent.some((claim) => equal(claim.path, path))) throw refuse("state/proof-key");
  }

  #takeMark(): number {
    const mark = this.#proof.shape[this.#shapeAt];
    if (mark === undefined) throw refuse("state/proof-form", "The shape ends early.");
    this.#shapeAt++;
    return mark;
  }

  #takeHash(): Uint8Array {
    const end = this.#hashesAt + 32;
    if (end > this.#proof.hashes.length) throw refuse("state/proof-form", "The hashes end early.");
    const hash = this.#proof.hashes.subarray(this.#hashesAt, end);
    this.#hashesAt = end;
    return hash;
  }
}

/**
 * Checks that every target has its value, or is absent, in the state with this root. The caller derives the keys
 * from what it knows itself, and takes none from the proof's sender.
 *
 * @param claim.root 32 bytes that a trusted log entry names
 * @param claim.targets 1 to 64 different keys, in any order
 * @throws Refusal `state/proof-size`, `state/proof-targets`, `state/proof-form`, `state/proof-key`,
 * `state/proof-root`, `state/key-…`
 */
export function assertMultiproof(
  crypto: Sha256,
  claim: { readonly root: Uint8Array; readonly targets: readonly ProofTarget[]; readonly proof: Multiproof },
): void {
  assertSizes(claim.proof);
  const root = new ProofWalk(crypto, claim.proof).root(locateTargets(crypto, claim.targets));
  if (!equal(root, claim.root)) throw refuse("state/proof-root");
}
