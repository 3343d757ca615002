import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ServiceKind } from "@firmament/server";
import { refuse } from "../errors.ts";

const MAIN = fileURLToPath(import.meta.resolve("@firmament/server/main"));
const READY_MS = 30_000;
const END_MS = 5000;

/** One service as a process of its own. */
export interface RunningService {
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess;
}

function readyLine(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      reject(refuse("cli/waited", `${name} did not start.`));
    }, READY_MS);
    child.once("exit", (code) => {
      clearTimeout(late);
      reject(refuse("cli/waited", `${name} ended with ${code ?? "a signal"}; see its log.`));
    });
    if (child.stdout === null) return;
    createInterface(child.stdout).on("line", (line) => {
      const found = /^ready (\S+)$/.exec(line)?.[1];
      if (found === undefined) return;
      clearTimeout(late);
      resolve(found);
    });
  });
}

/** Starts a service as a process of its own; its log goes to a file of the home. */
export async function startService(home: string, kind: ServiceKind, organisation = ""): Promise<RunningService> {
  const name = kind === "node" ? `node ${organisation}` : kind === "ledger" ? kind : `${kind} agent`;
  const logs = join(home, "logs");
  await mkdir(logs, { mode: 0o700, recursive: true });
  const child = spawn(process.execPath, [MAIN, kind, home, organisation], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr.pipe(createWriteStream(join(logs, `${name.replaceAll(" ", "-")}.log`)));
  return { name, url: await readyLine(child, name), child };
}

/** Ends the services, and waits until they have. */
export async function endServices(services: readonly RunningService[]): Promise<void> {
  await Promise.all(
    services.map(
      ({ child }) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) {
            resolve();
            return;
          }
          const hard = setTimeout(() => child.kill("SIGKILL"), END_MS);
          child.once("exit", () => {
            clearTimeout(hard);
            resolve();
          });
          child.kill("SIGTERM");
        }),
    ),
  );
}
