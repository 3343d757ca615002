import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Supervisor } from "@firmament/server/engine";
import { until } from "./until.ts";

const FAKE = fileURLToPath(new URL("./fake-part.ts", import.meta.url));

/** Whether a process of this id runs; one that only waits to be reaped does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** A supervised pair of fake processes, in a folder of its own. */
export class FakePair implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "firmament-pair-"));
  readonly supervisor: Supervisor;
  readonly endings: Readonly<Record<string, unknown>>[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  /** @param application what the fake application does @param engine what the fake engine does */
  constructor(application: string, engine: string) {
    const command = (part: string, behaviour: string) => ({
      program: process.execPath,
      args: [FAKE, part, behaviour],
      env: process.env,
      isLinked: part === "application",
    });
    this.supervisor = new Supervisor({
      application: command("application", application),
      engine: command("engine", engine),
      folder: this.folder,
      log: (part) => join(this.folder, `${part}.log`),
      prepare: () => Promise.resolve(),
      report: (_event, details) => this.endings.push(details),
    });
  }

  start(): this {
    this.#running = this.supervisor.run(this.#stop.signal);
    return this;
  }

  /** Process id of a part that has started. */
  async pid(part: "application" | "engine"): Promise<number> {
    const read = () => Number(readFileSync(join(this.folder, `${part}.started`), "utf8"));
    return until(`${part} to start`, () => {
      try {
        return read() || undefined;
      } catch {
        return undefined;
      }
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.folder, { force: true, recursive: true });
  }
}
