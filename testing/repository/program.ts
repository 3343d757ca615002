import { spawn } from "node:child_process";
import type { StdioOptions } from "node:child_process";
import { root } from "./workspaces.ts";

export interface Ended {
  /** Exit code; 128 where a signal ended the program. */
  readonly code: number;
  /** Standard output and error as they came, where they were piped. */
  readonly output: string;
}

/** Runs a program in the repository's folder to its end; SIGTERM and SIGHUP to us end it too. */
export function runProgram(command: string, args: readonly string[], stdio: StdioOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio });
    const chunks: Buffer[] = [];
    const stop = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on("SIGTERM", stop).on("SIGHUP", stop);
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("SIGTERM", stop).off("SIGHUP", stop);
      resolve({ code: code ?? 128, output: Buffer.concat(chunks).toString("utf8") });
    });
  });
}
