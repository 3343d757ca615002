import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Child, type Command } from "./child.ts";
import { type Ending, Remarks } from "./ending.ts";
import { engineState } from "./probe.ts";
import { engineSockets } from "./sockets.ts";
import { endStale, removePidFile, writePidFile } from "./stale.ts";

const START_MS = 60_000;
const GRACE_MS = 2000;
const POLL_MS = 100;

const parts = ["application", "engine"] as const;
type Part = (typeof parts)[number];

export interface PairOptions {
  readonly application: Command;
  readonly engine: Command;
  /** Where both run: their sockets and process ids. */
  readonly folder: string;
  /** File of what a part says. */
  readonly log: (part: Part) => string;
}

export interface Life {
  /** Resolves with the reason why the pair must end. */
  readonly stop: Promise<string>;
  /** Called when both answer. */
  readonly running: () => void;
  /** Starts the application alone. */
  readonly isHeld: boolean;
}

const pidFile = (options: PairOptions, part: Part) => join(options.folder, `${part}.pid`);

/** Ends what a supervisor that was killed left behind. */
export async function endStalePair(options: PairOptions): Promise<void> {
  for (const part of parts) await endStale(pidFile(options, part), options[part].args);
}

async function withChild(
  options: PairOptions,
  part: Part,
  onLine: (line: string) => void,
  work: (ended: Promise<string>) => Promise<string>,
): Promise<string> {
  const child = new Child(options[part], { folder: options.folder, log: options.log(part), onLine });
  try {
    if (child.pid !== undefined) writePidFile(pidFile(options, part), child.pid);
    return await work(child.exited.then((exit) => `the ${part} ended: ${exit}`));
  } finally {
    await child.end(GRACE_MS);
    removePidFile(pidFile(options, part));
  }
}

async function engineAnswers(socket: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const answers = await engineState(socket).then(
      () => true,
      () => false,
    );
    if (answers) return;
    await delay(POLL_MS);
  }
}

// Nothing when it came in time, else why it did not.
function inTime(what: string, coming: Promise<unknown>, ended: Promise<string>): Promise<string | undefined> {
  const late = delay(START_MS, `${what} did not answer in time`, { ref: false });
  return Promise.race([coming.then(() => undefined), ended, late]);
}

async function withEngine(options: PairOptions, life: Life, remarks: Remarks, applicationEnded: Promise<string>) {
  const socket = join(options.folder, engineSockets.rpc);
  // A killed engine leaves its socket behind, and would not start over it.
  rmSync(socket, { force: true });
  const over = new AbortController();
  const hear = (line: string) => {
    remarks.hearEngine(line);
  };
  try {
    return await withChild(options, "engine", hear, async (engineEnded) => {
      const ended = Promise.race([applicationEnded, engineEnded, remarks.failed, life.stop]);
      const early = await inTime("the engine", engineAnswers(socket, over.signal), ended);
      if (early !== undefined) return early;
      life.running();
      return ended;
    });
  } finally {
    over.abort();
  }
}

/**
 * One life of an application and its engine: the application first, and the end of either ends both. The engine ends
 * first: one whose application died may hang for ever, so it gets a short grace and no more.
 */
export async function live(options: PairOptions, life: Life): Promise<Ending> {
  const remarks = new Remarks();
  const hear = (line: string) => {
    remarks.hearApplication(line);
  };
  const reason = await withChild(options, "application", hear, async (applicationEnded) => {
    const ended = Promise.race([applicationEnded, life.stop]);
    const early = await inTime("the application", remarks.ready, ended);
    if (early !== undefined) return early;
    return life.isHeld ? ended : withEngine(options, life, remarks, applicationEnded);
  });
  return remarks.ending(reason);
}
