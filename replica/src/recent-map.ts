/**
 * A map of what was used last, bounded: it holds what was used since the last change of generations, and in the one
 * before. A Map that gives up entries one by one, to take others, becomes slower than the database. `undefined` is no
 * value.
 */
export class RecentMap<V> {
  readonly #limit: number;
  readonly #costOf: (name: string, value: V) => number;
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #cost = 0;

  /** @param limit of the costs of one generation together; all that was used within it is found again */
  constructor(limit: number, costOf: (name: string, value: V) => number = () => 1) {
    this.#limit = limit;
    this.#costOf = costOf;
  }

  get(name: string): V | undefined {
    const young = this.#young.get(name);
    if (young !== undefined) return young;
    const old = this.#old.get(name);
    if (old !== undefined) this.set(name, old);
    return old;
  }

  set(name: string, value: V): void {
    const before = this.#young.get(name);
    if (before !== undefined) this.#cost -= this.#costOf(name, before);
    this.#young.set(name, value);
    this.#cost += this.#costOf(name, value);
    if (this.#cost <= this.#limit) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#cost = 0;
  }

  delete(name: string): void {
    const young = this.#young.get(name);
    if (young !== undefined) this.#cost -= this.#costOf(name, young);
    this.#young.delete(name);
    this.#old.delete(name);
  }
}
