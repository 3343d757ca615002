// Two heartbeats of an idle chain: whoever says that it has more may lie, and must not end a pair that goes on.
const FIRST_BEHIND_MS = 60_000;
const FIRST_HALTED_MS = 180_000;
const LAST_MS = 900_000;

/**
 * Tells when an engine has stood still for so long that starting it again may help: sooner where others went on without
 * it, later where no blocks come at all, since an engine tries a lost peer again only after ever longer pauses. Each
 * demand doubles the patience until the height advances.
 */
export class Progress {
  #height = -1;
  #since = 0;
  #demands = 0;

  /**
   * @param height of the engine
   * @param isBehind whether another organisation is known to have more
   * @param now milliseconds of any clock that does not go back
   */
  observe(height: number, isBehind: boolean, now: number): "advanced" | "restart" | "still" {
    if (height > this.#height) {
      this.#height = height;
      this.#since = now;
      this.#demands = 0;
      return "advanced";
    }
    const first = isBehind ? FIRST_BEHIND_MS : FIRST_HALTED_MS;
    if (now - this.#since < Math.min(first * 2 ** this.#demands, LAST_MS)) return "still";
    this.#since = now;
    this.#demands++;
    return "restart";
  }
}
