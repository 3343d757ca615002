import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Disk } from "./disk.ts";
import { type Run, runTraced } from "./strace.ts";
import { callsOf } from "./trace-lines.ts";

/** A run of a program in a home of its own, killed or not. */
export interface Trial<Line> {
  /** What was done to it, for messages. */
  readonly title: string;
  readonly home: string;
  readonly run: Run<Line>;
  readonly disk: Disk;
  /** What a loss of power would have changed while each line was printed. */
  readonly volatileAt: readonly (readonly string[])[];
}

export interface TrialOptions<Line> {
  /** Faults in strace's own terms; none by default. */
  readonly inject?: readonly string[];
  /** A trial that went on in the same home before, without a loss of power in between. */
  readonly after?: Trial<Line>;
  /** Other work than that of all. */
  readonly workFile?: string;
}

/** Runs a program in new homes below a folder that is gone afterwards: `program <home> <work file>`. */
export class Trials<Line> implements AsyncDisposable {
  /** What the program is to do; the test writes it. */
  readonly workFile: string;
  readonly #folder: string;
  readonly #program: string;
  #count = 0;

  private constructor(folder: string, program: string) {
    this.workFile = join(folder, "work");
    this.#folder = folder;
    this.#program = program;
  }

  static async of<Line>(program: string): Promise<Trials<Line>> {
    return new Trials(await realpath(await mkdtemp(join(tmpdir(), "firmament-crash-"))), program);
  }

  async run({ inject = [], after, workFile = this.workFile }: TrialOptions<Line> = {}): Promise<Trial<Line>> {
    const home = after?.home ?? this.#fresh();
    await mkdir(home, { recursive: true });
    const disk = after?.disk ?? new Disk(home);
    const run = await runTraced<Line>(this.#program, [home, workFile], this.#fresh(), inject);
    const volatileAt: (readonly string[])[] = [];
    disk.follow(run.log, () => volatileAt.push(disk.volatile));
    const title = [...(after === undefined ? [] : [after.title, "again"]), ...inject].join(" ");
    return { title, home, run, disk, volatileAt };
  }

  /** The home as a loss of power would leave it now. */
  async powerCut({ disk }: Trial<Line>): Promise<string> {
    const copy = this.#fresh();
    await disk.cutPower(copy);
    return copy;
  }

  /** One run for each time that the program makes one of the calls: killed there. Ends with a run that was not. */
  async *kills(call: string): AsyncGenerator<Trial<Line>> {
    for (let nth = 1; ; nth++) {
      const trial = await this.run({ inject: [`${call}:signal=KILL:when=${nth}`] });
      yield trial;
      if (!trial.run.killed) return;
    }
  }

  #fresh(): string {
    return join(this.#folder, String(this.#count++));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Calls that change a folder in a way that a kill can come between, as far as the program makes them. */
export function changesOf({ home, run }: Trial<unknown>): readonly string[] {
  const names = [...callsOf(run.log)].filter(({ args }) => args.includes(home)).map(({ name }) => name);
  return ["fsync", "fdatasync", "ftruncate", "link", "rename", "unlink"].filter((each) => names.includes(each));
}
