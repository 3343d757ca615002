import { Refusal } from "@firmament/core/errors";

/** What a command has to say: to people as lines, to programs as one JSON value. */
export interface Report {
  readonly json: unknown;
  readonly lines: readonly string[];
}

/** Exit codes: the verdict "no" of a check is not the failure of a command. */
export const exitCodes = { ok: 0, fault: 1, usage: 2, refused: 3 } as const;

/** Columns padded to their widest cell. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Bytes for people. */
export function bytesText(bytes: number): string {
  if (bytes < 10_000) return `${bytes} B`;
  return bytes < 10_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A time of the ledger for people. */
export function timeText(seconds: number): string {
  return seconds === 0 ? "never" : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

// eslint-disable-next-line no-control-regex -- control characters are what it finds
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

// Strangers chose some of the words. A terminal would obey their control characters, and turn round what is read before
// somebody signs. As escapes of JSON they are JSON still.
function textOf(lines: readonly string[]): string {
  const escape = (found: string): string => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return lines.map((line) => `${line.replace(UNSEEN, escape)}\n`).join("");
}

export function print(report: Report, asJson: boolean): void {
  process.stdout.write(textOf(asJson ? JSON.stringify(report.json, null, 2).split("\n") : report.lines));
}

/** Prints a refusal with value, rule and remedy. @returns the exit code */
export function printError(cause: unknown, asJson: boolean): number {
  if (!(cause instanceof Refusal)) {
    const fault = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    process.stderr.write(textOf(`fault: ${fault}`.split("\n")));
    return exitCodes.fault;
  }
  const { code, message, remedy } = cause;
  process.stderr.write(textOf(asJson ? [JSON.stringify(cause)] : [`refused: ${code}`, `  ${message}`, `  ${remedy}`]));
  return cause.code === "cli/usage" ? exitCodes.usage : exitCodes.refused;
}
