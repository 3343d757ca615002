import { readFileSync, writeFileSync } from "node:fs";

/** Bytes of a process's memory that lie in RAM: now, and at most since its start or {@link resetPeak}. */
export interface ProcessMemory {
  readonly resident: number;
  readonly peak: number;
}

/** Reads the two values out of a text of `/proc/<pid>/status`; `undefined` where it has none, as of a zombie. */
export function parseStatus(text: string): ProcessMemory | undefined {
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]);
  const [resident, peak] = [kilobytes("VmRSS") * 1024, kilobytes("VmHWM") * 1024];
  return Number.isNaN(resident) || Number.isNaN(peak) ? undefined : { peak, resident };
}

/** `undefined` of a process that has ended. */
export function memoryOf(pid: number): ProcessMemory | undefined {
  try {
    return parseStatus(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return undefined;
  }
}

/** Lets the peak begin anew where the system permits it. */
export function resetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // The peak then counts from the process's start: a figure that is too high, never too low.
  }
}
