import { type ChildProcess, spawn } from "node:child_process";
import { LogFile } from "./log-file.ts";

const MAX_LINE = 16_384;

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** A Node program of ours, which ends when its parent does. */
  readonly isLinked: boolean;
}

export interface ChildOptions {
  readonly folder: string;
  /** File of what it says, on both of its streams. */
  readonly log: string;
  readonly onLine: (line: string) => void;
}

/** How a process ended: its exit code, the signal that ended it, or why it could not be started. */
export type Exit = number | NodeJS.Signals | "not started";

/** Cuts a stream into lines; a line without end is cut too. */
function lineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = (lines.pop() ?? "").slice(-MAX_LINE);
    for (const line of lines) onLine(line);
  };
}

/** One process of a pair. */
export class Child {
  readonly exited: Promise<Exit>;
  readonly #process: ChildProcess;

  constructor({ args, env, isLinked, program }: Command, { folder, log, onLine }: ChildOptions) {
    const file = new LogFile(log);
    this.#process = spawn(program, args, {
      cwd: folder,
      env,
      stdio: isLinked ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      const split = lineSplitter(onLine);
      stream?.on("data", (chunk: Buffer) => {
        file.write(chunk);
        split(chunk);
      });
    }
    const { promise, resolve } = Promise.withResolvers<Exit>();
    this.exited = promise;
    this.#process.once("error", () => {
      resolve("not started");
    });
    // Both streams have ended then, so that the last words were heard.
    this.#process.once("close", (code, signal) => {
      resolve(code ?? signal ?? "not started");
      file[Symbol.dispose]();
    });
  }

  /** `undefined` where it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Asks it to end, and ends it where it has not done so in time. */
  async end(graceMs: number): Promise<Exit> {
    this.#process.kill("SIGTERM");
    const hard = setTimeout(() => this.#process.kill("SIGKILL"), graceMs);
    const exit = await this.exited;
    clearTimeout(hard);
    return exit;
  }
}
