import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { mkdir } from "node:fs/promises";
import type { ServiceKind } from "@firmament/server";
import { Backoff, Child } from "@firmament/server/engine";
import { refuse } from "../errors.ts";

const MAIN = fileURLToPath(import.meta.resolve("@firmament/server/main"));
const READY_MS = 60_000;
// Longer than a validator takes, which ends its engine and then its application.
const END_MS = 8000;

/** A service of a home, and whose it is. */
export interface ServiceRef {
  readonly kind: ServiceKind;
  readonly organisation: string;
}

/** What a service is called, in tables and in the name of its log. */
export function serviceName({ kind, organisation }: ServiceRef): string {
  if (kind === "ledger") return kind;
  return kind === "node" || kind === "validator" ? `${kind} ${organisation}` : `${kind} agent`;
}

/** One service as a process of its own, started again whenever it ends. */
export class RunningService {
  readonly name: string;
  readonly #start: (onLine: (line: string) => void) => Child;
  readonly #backoff = new Backoff();
  readonly #ending = new AbortController();
  #child: Child | undefined;
  #url = "";
  #kept: Promise<void> | undefined;

  private constructor(name: string, start: (onLine: (line: string) => void) => Child) {
    this.name = name;
    this.#start = start;
  }

  /** Starts a service; its log goes to a file of the home. @throws Refusal `cli/waited` where it does not become ready */
  static async start(home: string, ref: ServiceRef): Promise<RunningService> {
    const name = serviceName(ref);
    const logs = resolve(home, "logs");
    await mkdir(logs, { mode: 0o700, recursive: true });
    const command = {
      program: process.execPath,
      args: [MAIN, ref.kind, home, ref.organisation],
      env: process.env,
      isLinked: true,
    };
    const log = join(logs, `${name.replaceAll(" ", "-")}.log`);
    const service = new RunningService(name, (onLine) => new Child(command, { folder: process.cwd(), log, onLine }));
    await service.#first();
    return service;
  }

  /** Address, once it is ready. */
  get url(): string {
    return this.#url;
  }

  /** Of the process that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Ends the service, and waits until it has. */
  async end(): Promise<void> {
    this.#ending.abort();
    await this.#child?.end(END_MS);
    await this.#kept;
  }

  async #first(): Promise<void> {
    const ready = Promise.withResolvers<undefined>();
    const child = this.#start((line) => {
      const found = /^ready (\S+)$/.exec(line)?.[1];
      if (found === undefined) return;
      this.#url = found;
      ready.resolve(undefined);
    });
    this.#child = child;
    const ended = child.exited.then((exit) => `${this.name} ended with ${exit}; see its log.`);
    const late = delay(READY_MS, `${this.name} did not start.`, { ref: false });
    const failure = await Promise.race([ready.promise, ended, late]);
    if (failure !== undefined) {
      await this.end();
      throw refuse("cli/waited", failure);
    }
    this.#kept = this.#keep(child);
  }

  async #keep(first: Child): Promise<void> {
    let child = first;
    for (;;) {
      const started = Date.now();
      await child.exited;
      const pause = this.#backoff.pauseAfter(Date.now() - started);
      await delay(pause, undefined, { signal: this.#ending.signal }).catch(() => undefined);
      if (this.#ending.signal.aborted) return;
      child = this.#start(() => undefined);
      this.#child = child;
    }
  }
}

async function startTogether(home: string, refs: readonly ServiceRef[]): Promise<readonly RunningService[]> {
  const started = await Promise.allSettled(refs.map((ref) => RunningService.start(home, ref)));
  const failed = started.find((each) => each.status === "rejected");
  const running = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (failed === undefined) return running;
  await endServices(running);
  throw failed.reason;
}

const isOfLedger = ({ kind }: ServiceRef): boolean => kind === "ledger" || kind === "validator";

/**
 * Starts services; none is left where one does not start. The ledger's come first: the others ask it at once, and load while
 * its engines join each other, which takes them a second.
 *
 * @returns the services in the order of `refs`
 * @throws Refusal `cli/waited`
 */
export async function startServices(home: string, refs: readonly ServiceRef[]): Promise<readonly RunningService[]> {
  const others = refs.filter((ref) => !isOfLedger(ref));
  const running = [...(await startTogether(home, refs.filter(isOfLedger)))];
  try {
    running.push(...(await startTogether(home, others)));
  } catch (cause) {
    await endServices(running);
    throw cause;
  }
  const names = refs.map(serviceName);
  return running.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

/** Ends the services, and waits until they have. */
export async function endServices(services: readonly RunningService[]): Promise<void> {
  await Promise.all(services.map((service) => service.end()));
}
