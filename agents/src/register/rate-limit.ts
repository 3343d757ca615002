/** At most so many in each window of time. */
export class RateLimit {
  readonly #most: number;
  readonly #seconds: number;
  #window = 0;
  #taken = 0;

  constructor(most: number, seconds: number) {
    this.#most = most;
    this.#seconds = seconds;
  }

  /** @param now seconds since 1970. @returns whether there is room for one more */
  take(now: number): boolean {
    const window = Math.floor(now / this.#seconds);
    if (window !== this.#window) {
      this.#window = window;
      this.#taken = 0;
    }
    if (this.#taken >= this.#most) return false;
    this.#taken++;
    return true;
  }
}
