import { writeSync } from "node:fs";
import { Refusal } from "@firmament/core/errors";

/** Prints one line at once, before the program does anything else: what it says has happened. */
export function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

/** Code of a refusal or of a system fault. */
export function codeOf(cause: unknown): string {
  if (cause instanceof Refusal) return cause.code;
  if (!(cause instanceof Error)) throw cause;
  return "code" in cause ? String(cause.code) : cause.name;
}
