import { createPublicKey, type KeyObject } from "node:crypto";
import type { PublicKey } from "@firmament/core/keys";

function nameOf(key: PublicKey): string {
  switch (key.kty) {
    case "EC":
      return `${key.x}.${key.y}`;
    case "OKP":
      return key.x;
    case "RSA":
      return key.n;
  }
}

/** Imported public keys, the least recently used forgotten first: importing costs about as much as verifying. */
export class KeyObjectCache {
  readonly #limit: number;
  readonly #held = new Map<string, KeyObject>();

  /** @param limit keys held at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#held.size;
  }

  get(key: PublicKey): KeyObject {
    const name = nameOf(key);
    const found = this.#held.get(name) ?? createPublicKey({ key: { ...key }, format: "jwk" });
    // A Map iterates in insertion order, so putting a key back makes it the newest.
    this.#held.delete(name);
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
