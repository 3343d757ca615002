import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));

/** What a run of the command line left. */
export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `firmament` as a process of its own, as a user's shell does. */
export function firmament(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Run> {
  const env = { ...process.env, ...environment };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...words],
      { env, maxBuffer: 2 ** 24, timeout: 120_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}
