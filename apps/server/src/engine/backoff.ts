const FIRST_MS = 200;
const LAST_MS = 10_000;
const HEALTHY_MS = 30_000;

/** Pauses between restarts: each twice the one before, from the start again after half a minute of health. */
export class Backoff {
  #next = FIRST_MS;

  /** @param livedMs how long the one that ended had run */
  pauseAfter(livedMs: number): number {
    if (livedMs >= HEALTHY_MS) this.#next = FIRST_MS;
    const pause = this.#next;
    this.#next = Math.min(2 * pause, LAST_MS);
    return pause;
  }
}
