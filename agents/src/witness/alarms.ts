import type { Refusal } from "@firmament/core/errors";
import type { WitnessLog } from "./ports.ts";

/** Something that an operator must look into; the node goes on. */
export interface Alarm {
  readonly code: string;
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
  /** Seconds since 1970. */
  readonly time: number;
}

const MAX_ALARMS = 64;

/** The alarms of a node since its start: each subject once, so that nobody can fill the list with one matter. */
export class Alarms {
  readonly #clock: () => number;
  readonly #log: WitnessLog;
  readonly #raised = new Map<string, Alarm>();

  constructor(clock: () => number, log: WitnessLog) {
    this.#clock = clock;
    this.#log = log;
  }

  get list(): readonly Alarm[] {
    return [...this.#raised.values()];
  }

  /** @returns whether it is new */
  raise(subject: string, { code, message, remedy }: Refusal): boolean {
    const key = `${code} ${subject}`;
    if (this.#raised.has(key)) return false;
    const [oldest] = this.#raised.keys();
    if (this.#raised.size >= MAX_ALARMS && oldest !== undefined) this.#raised.delete(oldest);
    this.#raised.set(key, { code, message, remedy, time: this.#clock() });
    this.#log("alarm", { code, message });
    return true;
  }
}
