import type { ClassPart } from "@firmament/core/bundle";

/** Class parts by class and checkpoint; the oldest goes first where there are too many. */
export class ClassParts {
  readonly #limit: number;
  readonly #held = new Map<string, ClassPart>();

  /** @param limit parts held at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The part under a name that says class, checkpoint and what else it depends on; made where it is not held. */
  get(name: string, make: () => ClassPart): ClassPart {
    const found = this.#held.get(name) ?? make();
    this.#held.set(name, found);
    if (this.#held.size > this.#limit) this.#forgetOldest();
    return found;
  }

  #forgetOldest(): void {
    for (const name of this.#held.keys()) {
      this.#held.delete(name);
      return;
    }
  }
}
