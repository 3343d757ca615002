import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { LoadJob, LoadResult } from "./load.ts";

const MAIN = fileURLToPath(new URL("load-main.ts", import.meta.url));
/** What a load may take beyond its own seconds: its start, and the wait for its last transactions. */
const GRACE_MS = 30_000;

/** Runs a load in a process of its own. @throws Error where it does not end well */
export async function runLoadProcess(job: LoadJob): Promise<LoadResult> {
  const child = spawn(process.execPath, [MAIN, JSON.stringify(job)], { stdio: ["ignore", "pipe", "inherit"] });
  const late = setTimeout(() => child.kill("SIGKILL"), job.seconds * 1000 + GRACE_MS);
  const ended = once(child, "exit");
  let text = "";
  for await (const chunk of child.stdout) text += String(chunk);
  const [code] = (await ended) as [number | null];
  clearTimeout(late);
  if (code !== 0) throw new Error(`the load generator ended with ${code ?? "a signal"}`);
  return JSON.parse(text) as LoadResult;
}
