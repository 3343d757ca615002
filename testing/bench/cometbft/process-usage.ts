import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { memoryOf } from "../process-memory.ts";

/** What a process used since its start. */
export interface Usage {
  readonly cpuMs: number;
  /** Bytes in RAM, at most. */
  readonly peak: number;
}

/** USER_HZ of every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const BLOCK_BYTES = 512;

/** CPU time in a text of `/proc/<pid>/stat`, milliseconds; the process's name may hold spaces and brackets. */
export function parseCpuMs(text: string): number {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return ((user + system) * 1000) / TICKS_PER_SECOND;
}

/** Zero of a process that has ended. */
export function usageOf(pid: number): Usage {
  try {
    return { cpuMs: parseCpuMs(readFileSync(`/proc/${pid}/stat`, "utf8")), peak: memoryOf(pid)?.peak ?? 0 };
  } catch {
    return { cpuMs: 0, peak: 0 };
  }
}

/** The process and all that it started, and what those started. */
export function descendantsOf(pid: number): readonly number[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  } catch {
    return [pid];
  }
  const children = text.trim().split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(descendantsOf)];
}

// A file may go while the folder is read.
function blocksOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.blocks ?? 0;
}

/** Bytes that a folder's files take on disk. */
export function diskBytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + blocksOf(join(entry.parentPath, entry.name)) * BLOCK_BYTES, 0);
}
