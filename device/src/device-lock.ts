import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refuse } from "./errors.ts";

/** One process at a time: two copies of a flash in memory would write over one another. */
export class DeviceLock implements Disposable {
  readonly #path: string;

  /** @throws Refusal `device/locked` where another living process has the device open */
  constructor(directory: string) {
    this.#path = join(directory, "lock");
    if (!this.#take()) {
      const holder = Number(readFileSync(this.#path, "utf8"));
      if (isAlive(holder)) throw refuse("device/locked", `Process ${holder} has ${directory}.`);
      rmSync(this.#path, { force: true });
      if (!this.#take()) throw refuse("device/locked", directory);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { force: true });
  }

  #take(): boolean {
    try {
      writeFileSync(this.#path, String(process.pid), { flag: "wx", mode: 0o600 });
      return true;
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
      throw cause;
    }
  }
}

// Signal 0 asks whether the process is there; EPERM says that it is, and another user's.
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}
