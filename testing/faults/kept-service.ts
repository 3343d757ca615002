import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ServiceKind } from "@firmament/server";
import { Child } from "@firmament/server/engine";

const MAIN = fileURLToPath(import.meta.resolve("@firmament/server/main"));
const RESTART_MS = 300;
const READY_MS = 60_000;
// Longer than a validator takes, which ends its engine and then its application.
const END_MS = 8000;

export interface ServiceOptions {
  readonly kind: ServiceKind;
  readonly home: string;
  readonly organisation: string;
  readonly log: string;
  readonly env: NodeJS.ProcessEnv;
}

/** One service of an organisation as its own process, started again whenever it ends, as an init system does. */
export class KeptService {
  readonly #options: ServiceOptions;
  readonly #ending = new AbortController();
  readonly #ready: PromiseWithResolvers<undefined> = Promise.withResolvers();
  #child: Child;
  readonly #kept: Promise<void>;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#child = this.#start();
    this.#kept = this.#keep();
  }

  /** @throws Error where it did not answer in time */
  async ready(): Promise<void> {
    const late = new AbortController();
    const lateness = delay(READY_MS, "late" as const, { signal: late.signal }).catch(() => undefined);
    const outcome = await Promise.race([this.#ready.promise, lateness]);
    late.abort();
    if (outcome === "late") throw new Error(`${this.#options.kind} ${this.#options.organisation} did not start`);
  }

  /** Ends it for good: as an operator does, or at once and without a word. */
  async end(signal: "SIGKILL" | "SIGTERM" = "SIGTERM"): Promise<void> {
    this.#ending.abort();
    await this.#child.end(signal === "SIGKILL" ? 0 : END_MS);
    await this.#kept;
  }

  #start(): Child {
    const { env, home, kind, log, organisation } = this.#options;
    const command = { program: process.execPath, args: [MAIN, kind, home, organisation], env, isLinked: true };
    const onLine = (line: string) => {
      if (/^ready \S+$/.test(line)) this.#ready.resolve(undefined);
    };
    return new Child(command, { folder: home, log, onLine });
  }

  async #keep(): Promise<void> {
    for (;;) {
      await this.#child.exited;
      await delay(RESTART_MS, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      if (this.#ending.signal.aborted) return;
      this.#child = this.#start();
    }
  }
}
