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

export function print(report: Report, asJson: boolean): void {
  process.stdout.write(
    asJson ? `${JSON.stringify(report.json, null, 2)}\n` : report.lines.map((line) => `${line}\n`).join(""),
  );
}

/** Prints a refusal with value, rule and remedy. @returns the exit code */
export function printError(cause: unknown, asJson: boolean): number {
  if (!(cause instanceof Refusal)) {
    process.stderr.write(`fault: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`);
    return exitCodes.fault;
  }
  const text = asJson ? JSON.stringify(cause) : `refused: ${cause.code}\n  ${cause.message}\n  ${cause.remedy}`;
  process.stderr.write(`${text}\n`);
  return cause.code === "cli/usage" ? exitCodes.usage : exitCodes.refused;
}
