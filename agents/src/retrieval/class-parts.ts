import type { ClassPart } from "@firmament/core/bundle";

/** The class parts of one checkpoint; a newer checkpoint clears it, and the oldest goes first where there are too many. */
export class ClassParts {
  readonly #limit: number;
  readonly #held = new Map<string, ClassPart>();
  #size = -1;

  /** @param limit parts held at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The part of a class at the checkpoint of `size`, made where it is not held. */
  at(size: number, name: string, make: () => ClassPart): ClassPart {
    if (size !== this.#size) this.#held.clear();
    this.#size = size;
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
