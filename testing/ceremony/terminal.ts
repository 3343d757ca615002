import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

const END_MS = 20_000;

/** A shell with a folder of its own that is given commands one after the other, as a person gives them. */
export class Terminal implements AsyncDisposable {
  readonly name: string;
  readonly #shell: ChildProcess;
  #output = "";
  #commands = 0;

  constructor(name: string, folder: string, environment: Readonly<Record<string, string | undefined>>) {
    this.name = name;
    // A process group of its own: whatever it started can be ended with it.
    this.#shell = spawn("bash", ["--noprofile", "--norc"], { cwd: folder, detached: true, env: environment });
    for (const stream of [this.#shell.stdout, this.#shell.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output += text;
      });
    this.#shell.stdin?.write("failed=\ntrap 'failed=\"$failed [$BASH_COMMAND]\"' ERR\n");
  }

  /**
   * Runs commands to their end.
   *
   * @returns what they printed
   * @throws Error with what they printed, where one of them failed or they took too long
   */
  async run(commands: string, timeoutMs: number): Promise<string> {
    const mark = `end of ${++this.#commands}:`;
    const from = this.#output.length;
    this.#shell.stdin?.write(`${commands}\necho; echo "${mark}$failed"; failed=\n`);
    for (const end = Date.now() + timeoutMs; Date.now() < end; await delay(50)) {
      const found = new RegExp(`^${mark}(.*)$`, "m").exec(this.#output.slice(from));
      const printed = this.#output.slice(from, from + (found?.index ?? 0));
      if (found?.[1] === "") return printed;
      if (found !== null) throw new Error(`${this.name}: failed:${found[1] ?? ""}\n${printed}`);
    }
    throw new Error(`${this.name}: took longer than ${timeoutMs} ms:\n${this.#output.slice(from)}`);
  }

  #signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return this.#shell.pid !== undefined && process.kill(-this.#shell.pid, signal);
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal("SIGTERM");
    this.#shell.stdin?.end();
    const ended = this.#shell.exitCode === null && this.#shell.signalCode === null ? once(this.#shell, "exit") : [];
    for (const end = Date.now() + END_MS; Date.now() < end && this.#signal(0);) await delay(100);
    this.#signal("SIGKILL");
    await ended;
  }
}
