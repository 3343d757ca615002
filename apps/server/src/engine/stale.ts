import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { replaceFile } from "../durable-file.ts";

const GONE_MS = 5000;
const POLL_MS = 20;

/** Remembers a process, for whoever finds it without its parent. */
export function writePidFile(path: string, pid: number): void {
  replaceFile(path, `${pid}\n`);
}

export function removePidFile(path: string): void {
  rmSync(path, { force: true });
}

// Words of a running process; none for one that has ended, or where the platform has no /proc.
function wordsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

/** The process that a pid file names, while it runs and its command line has all these words; numbers are used again. */
function runningProcess(pidFile: string, words: readonly string[]): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(pidFile, "utf8"));
  } catch {
    return undefined;
  }
  if (!Number.isSafeInteger(pid) || pid <= 1 || pid === process.pid) return undefined;
  const found = wordsOf(pid);
  return words.every((word) => found.includes(word)) ? pid : undefined;
}

const supervisorFile = (runFolder: string) => join(runFolder, "supervisor.pid");

/** Says that this process supervises the pair of this run folder. */
export function writeSupervisor(runFolder: string): void {
  writePidFile(supervisorFile(runFolder), process.pid);
}

export function removeSupervisor(runFolder: string): void {
  removePidFile(supervisorFile(runFolder));
}

/** The other process that supervises an organisation's pair; `undefined` where none runs. */
export function supervisorOf(runFolder: string, organisation: string): number | undefined {
  return runningProcess(supervisorFile(runFolder), ["validator", organisation]);
}

/** Ends a process that a killed supervisor left, and waits until it is gone. */
export async function endStale(pidFile: string, words: readonly string[]): Promise<void> {
  const pid = runningProcess(pidFile, words);
  if (pid !== undefined) {
    process.kill(pid, "SIGKILL");
    const end = Date.now() + GONE_MS;
    while (runningProcess(pidFile, words) !== undefined && Date.now() < end) await delay(POLL_MS);
  }
  removePidFile(pidFile);
}
