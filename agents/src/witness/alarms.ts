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

const MAX_ALIKE = 64;

/** The alarms of a node since its start: each subject once, and so many of a code that one cannot push out another. */
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

  raise(subject: string, { code, message, remedy }: Refusal): void {
    const key = `${code} ${subject}`;
    if (this.#raised.has(key)) return;
    const alike = [...this.#raised].filter(([, each]) => each.code === code);
    const [oldest] = alike;
    if (alike.length >= MAX_ALIKE && oldest !== undefined) this.#raised.delete(oldest[0]);
    this.#raised.set(key, { code, message, remedy, time: this.#clock() });
    this.#log("alarm", { code, message });
  }
}
