/** Shows the steps of long work as they end, with their times. */
export class Steps {
  readonly #json: boolean;
  readonly #started = performance.now();
  readonly done: { readonly step: string; readonly ms: number; readonly details: readonly string[] }[] = [];

  constructor(json: boolean) {
    this.#json = json;
  }

  /** Runs one step; `details` are lines that explain its outcome. */
  async run<T>(step: string, work: () => Promise<T>, details: (result: T) => readonly string[] = () => []): Promise<T> {
    const before = performance.now();
    const result = await work();
    const ms = Math.round(performance.now() - before);
    const shown = details(result);
    this.done.push({ step, ms, details: shown });
    this.say(`${String(ms).padStart(6)} ms  ${step}`);
    for (const line of shown) this.say(`             ${line}`);
    return result;
  }

  say(line: string): void {
    if (!this.#json) process.stdout.write(`${line}\n`);
  }

  /** Milliseconds since the first step began. */
  get elapsed(): number {
    return Math.round(performance.now() - this.#started);
  }
}
