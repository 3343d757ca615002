import type { Command } from "commander";
import { exitCodes, print, printError, type Report } from "./output.ts";
import { Session } from "./session.ts";

/** Options that every command has. */
export interface CommonOptions {
  readonly home: string;
  readonly json?: boolean;
}

/** Folder of the consortium that `npm start` makes. */
export const DEFAULT_HOME = process.env["FIRMAMENT_HOME"] ?? "out/consortium";

/** Adds `--home` and `--json`. */
export function common(command: Command): Command {
  return command
    .option("--home <folder>", "home folder of the consortium", DEFAULT_HOME)
    .option("--json", "print one JSON value instead of text");
}

/** Gathers the values of an option that may stand several times. */
export const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Runs a command's work, prints its refusal, and sets the exit code. */
export async function act(options: { readonly json?: boolean }, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    process.exitCode = printError(cause, options.json === true);
  }
}

/** An {@link act} whose outcome is a report. */
export function report(options: { readonly json?: boolean }, work: () => Promise<Report>): Promise<void> {
  return act(options, async () => {
    print(await work(), options.json === true);
  });
}

/** A {@link report} of a command that works with a home's ledger. */
export function withSession(options: CommonOptions, work: (session: Session) => Promise<Report>): Promise<void> {
  return report(options, async () => work(await Session.open(options.home)));
}

/** Marks the verdict "no": the command worked, and what it was asked about is refused. */
export function refused(): void {
  process.exitCode = exitCodes.refused;
}

/** Examples under a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ firmament ${line}`).join("\n")}\n`;
}
