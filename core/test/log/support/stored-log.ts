import { toHex, utf8 } from "@firmament/core/bytes";
import { append, emptyFrontier, frontierRoot, leafHash } from "@firmament/core/log";
import type { Frontier, NodeReader } from "@firmament/core/log";
import { crypto } from "./node-crypto.ts";

/** A log in memory: its entries, its stored nodes, and the root that each size had when it was reached. */
export class StoredLog {
  readonly entries: Uint8Array[] = [];
  readonly roots: Uint8Array[] = [frontierRoot(crypto, emptyFrontier)];
  frontier: Frontier = emptyFrontier;
  readonly #nodes = new Map<string, Uint8Array>();

  readonly nodes: NodeReader = (level, index) => this.#nodes.get(`${level}/${index}`);

  get nodeCount(): number {
    return this.#nodes.size;
  }

  append(entry: Uint8Array): void {
    const { frontier, nodes } = append(crypto, this.frontier, leafHash(crypto, entry));
    for (const { level, index, hash } of nodes) this.#nodes.set(`${level}/${index}`, hash);
    this.entries.push(entry);
    this.frontier = frontier;
    this.roots.push(frontierRoot(crypto, frontier));
  }

  rootAt(size: number): Uint8Array {
    return present(this.roots[size]);
  }

  leafAt(index: number): Uint8Array {
    return leafHash(crypto, present(this.entries[index]));
  }
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the test looks for what is not there");
  return value;
}

/** A log of `size` entries that differ from each other and, by `salt`, from those of other logs. */
export function logOf(size: number, salt = "entry"): StoredLog {
  const log = new StoredLog();
  for (let i = 0; i < size; i++) log.append(utf8(`${salt} ${i}`));
  return log;
}

export const hexes = (hashes: readonly Uint8Array[]): string[] => hashes.map(toHex);
