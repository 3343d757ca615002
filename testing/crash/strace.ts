import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

const present = spawnSync("strace", ["-f", "-qq", "-o", "/dev/null", "-e", "inject=getuid:error=EPERM", "true"]);

function skipReason(): string | false {
  if (present.error !== undefined) return "engine strace: apt-get install -y strace";
  // No installation helps where a container or kernel forbids ptrace.
  return present.status === 0 ? false : "this machine lets no process trace its children (ptrace)";
}

/** Options of a test that needs strace and the right to trace its own children. */
export const needsStrace = { skip: skipReason() };

const CALLS =
  "openat,mkdir,write,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat";

// One pool thread: strace counts the calls of each thread for itself. Compiled code is kept: it starts in half the time.
const environment = (folder: string) => ({
  ...process.env,
  NODE_COMPILE_CACHE: join(folder, "compiled"),
  UV_THREADPOOL_SIZE: "1",
});
const TIMEOUT_MS = 60_000;

/** How a traced program ended. */
export interface Run<Line> {
  readonly killed: boolean;
  /** Exit code, `undefined` after a kill. */
  readonly code: number | undefined;
  /** What the program printed, one JSON value a line. */
  readonly lines: readonly Line[];
  readonly stderr: string;
  /** strace's record of every call that changes files. */
  readonly log: string;
}

/**
 * Runs a program of `programs/` under strace.
 *
 * @param inject faults in strace's own terms, `fsync:signal=KILL:when=3`: the third call does not happen, the
 * program is dead
 */
export async function runTraced<Line>(
  program: string,
  args: readonly string[],
  logFile: string,
  inject: readonly string[] = [],
): Promise<Run<Line>> {
  const faults = inject.flatMap((each) => ["-e", `inject=${each}`]);
  // With its filter in the kernel strace is faster, and sends no signals.
  const filter = inject.some((each) => each.includes("signal=")) ? [] : ["--seccomp-bpf"];
  const traced = ["-f", "-qq", ...filter, "-y", "-s", "0", "-o", logFile, "-e", `trace=${CALLS}`, ...faults];
  const node = [process.execPath, "--disable-warning=ExperimentalWarning"];
  const file = join(import.meta.dirname, "programs", program);
  const child = spawn("strace", [...traced, ...node, file, ...args], {
    env: environment(dirname(logFile)),
    timeout: TIMEOUT_MS,
  });
  const [out, err] = [gathered(child.stdout), gathered(child.stderr)];
  const { promise, resolve, reject } = Promise.withResolvers<NodeJS.Signals | number | null>();
  child.on("error", reject).on("close", (code, signal) => {
    resolve(signal ?? code);
  });
  const ending = await promise;
  return {
    killed: ending === "SIGKILL",
    code: typeof ending === "number" ? ending : undefined,
    lines: (await out)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Line),
    stderr: await err,
    log: await readFile(logFile, "utf8"),
  };
}

async function gathered(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
