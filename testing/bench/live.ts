import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Session } from "@firmament/cli/src/session.ts";

const MAIN = fileURLToPath(import.meta.resolve("@firmament/cli/src/main.ts"));
const FIRST_IMAGE_BYTES = 4096;

/** A process of the consortium. */
export interface NamedProcess {
  readonly name: string;
  readonly pid: number;
}

// The driver prints its result, one JSON value, once everything is up.
async function untilUp(driver: ChildProcess): Promise<void> {
  let text = "";
  for await (const chunk of driver.stdout ?? []) {
    text += String(chunk);
    if (text.endsWith("\n}\n")) return;
  }
  throw new Error(`the consortium did not start: ${text}`);
}

// Its children are the services: <node> <main.ts> <kind> <home> <organisation>.
function servicesOf({ pid = 0 }: ChildProcess): readonly NamedProcess[] {
  const pids = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
  return pids.map((each) => {
    const [, , kind = "", , organisation = ""] = readFileSync(`/proc/${each}/cmdline`, "utf8").split("\0");
    return { name: kind === "node" ? `node ${organisation}` : kind === "ledger" ? kind : `${kind} agent`, pid: each };
  });
}

const passphraseIn = (folder: string): string => join(folder, "consortium", "passphrase");

/** A consortium as `npm start` leaves it: nine processes that go on serving until it is disposed. */
export class LiveConsortium implements AsyncDisposable {
  readonly folder: string;
  readonly session: Session;
  readonly services: readonly NamedProcess[];
  readonly #driver: ChildProcess;

  private constructor(folder: string, session: Session, driver: ChildProcess) {
    this.folder = folder;
    this.session = session;
    this.services = servicesOf(driver);
    this.#driver = driver;
  }

  /** @param more words for `npm start` */
  static async start(more: readonly string[] = []): Promise<LiveConsortium> {
    const folder = mkdtempSync(join(tmpdir(), "firmament-bench-"));
    const firmware = join(folder, "first.bin");
    await writeFile(firmware, new Uint8Array(FIRST_IMAGE_BYTES).fill(1));
    const words = ["start", "--json", "--out", folder, "--firmware", firmware, ...more];
    const driver = spawn(process.execPath, [MAIN, ...words], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      await untilUp(driver);
      process.env["FIRMAMENT_PASSPHRASE_FILE"] ??= passphraseIn(folder);
      return new LiveConsortium(folder, await Session.open(join(folder, "consortium")), driver);
    } catch (cause) {
      await ended(driver);
      rmSync(folder, { force: true, recursive: true });
      throw cause;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ended(this.#driver);
    // The next consortium has a passphrase of its own.
    if (process.env["FIRMAMENT_PASSPHRASE_FILE"] === passphraseIn(this.folder))
      delete process.env["FIRMAMENT_PASSPHRASE_FILE"];
    rmSync(this.folder, { force: true, recursive: true });
  }
}

async function ended(driver: ChildProcess): Promise<void> {
  if (driver.exitCode !== null || driver.signalCode !== null) return;
  driver.kill("SIGTERM");
  await once(driver, "exit");
}
