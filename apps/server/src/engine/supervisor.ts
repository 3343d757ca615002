import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Backoff } from "./backoff.ts";
import { type Ending, endingOf } from "./ending.ts";
import { endStalePair, live, type PairOptions } from "./pair.ts";

/** After so many in a row, an engine that contradicts the others is not started again. */
const MAX_CONTRADICTIONS = 3;

export interface SupervisorOptions extends PairOptions {
  /** Writes what the engine reads, before each start. */
  readonly prepare: () => Promise<void>;
  readonly report: (event: string, details: Readonly<Record<string, unknown>>) => void;
}

/** What a pair is at; `held` is an application alone, whose engine contradicted the others again and again. */
export const pairStates = ["held", "running", "starting", "stopped", "waiting"] as const;
export type PairState = (typeof pairStates)[number];

/** Keeps an application and its engine running as a pair, and starts both again whenever either ends. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #backoff = new Backoff();
  readonly #ready: PromiseWithResolvers<undefined> = Promise.withResolvers();
  #demand: PromiseWithResolvers<string> = Promise.withResolvers();
  #contradictions = 0;
  #restarts = 0;
  #state: PairState = "starting";
  #last: Ending | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get state(): PairState {
    return this.#state;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** How the pair ended last; `undefined` where it has not yet. */
  get last(): Ending | undefined {
    return this.#last;
  }

  /** Resolves when both processes answer for the first time. */
  get ready(): Promise<undefined> {
    return this.#ready.promise;
  }

  /** Ends the pair and starts it again. */
  restart(reason: string): void {
    this.#demand.resolve(reason);
  }

  /** Says that the chain goes on: contradictions before it are past. */
  advanced(): void {
    this.#contradictions = 0;
  }

  /** Keeps the pair running until the signal; then neither process is left. */
  async run(signal: AbortSignal): Promise<void> {
    const stopped = once(signal, "abort").then(() => "stopped");
    await endStalePair(this.#options);
    while (!signal.aborted) {
      const started = Date.now();
      this.#last = await this.#live(stopped);
      if (signal.aborted) break;
      this.#restarts++;
      this.#contradictions += this.#last.contradiction === undefined ? 0 : 1;
      this.#state = "waiting";
      const pauseMs = this.#backoff.pauseAfter(Date.now() - started);
      this.#options.report("pair ended", { ...this.#last, pauseMs });
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    this.#state = "stopped";
  }

  async #live(stopped: Promise<string>): Promise<Ending> {
    const isHeld = this.#contradictions >= MAX_CONTRADICTIONS;
    this.#state = isHeld ? "held" : "starting";
    this.#demand = Promise.withResolvers();
    const running = () => {
      this.#state = "running";
      this.#ready.resolve(undefined);
    };
    try {
      await this.#options.prepare();
      return await live(this.#options, { isHeld, running, stop: Promise.race([stopped, this.#demand.promise]) });
    } catch (cause) {
      // A full disk, an unreadable file: the next start may find it mended.
      return endingOf(cause instanceof Error ? cause.message : "the pair could not be started");
    }
  }
}
