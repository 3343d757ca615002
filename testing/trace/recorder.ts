import type { Outcome, TestResult } from "./results.ts";

/** What node:test says when a test or suite starts. */
export interface Started {
  readonly file: string;
  readonly name: string;
  /** 0 for a test at the top of its file. */
  readonly nesting: number;
}

/** What node:test says when a test or suite has ended. */
export interface Finished extends Started {
  readonly passed: boolean;
  readonly isSuite: boolean;
  readonly skip: string | boolean | undefined;
  readonly todo: string | boolean | undefined;
  readonly durationMs: number;
}

function ownOutcome(test: Finished): Outcome {
  if (test.skip !== undefined && test.skip !== false) return "skipped";
  if (test.todo !== undefined && test.todo !== false) return "todo";
  return test.passed ? "passed" : "failed";
}

/** Where we are in one file: node:test reports a file's tests in their order, children before their parents. */
class FilePosition {
  readonly #titles: string[] = [];
  /** Nesting levels whose open test has a part that did not pass. */
  readonly #spoilt = new Set<number>();

  start({ name, nesting }: Started): void {
    this.#titles.length = nesting;
    this.#titles.push(name);
    this.#spoilt.delete(nesting);
  }

  finish(test: Finished): { path: string[]; outcome: Outcome } {
    const own = ownOutcome(test);
    const outcome = own === "passed" && this.#spoilt.has(test.nesting) ? "partial" : own;
    this.#spoilt.delete(test.nesting);
    if (outcome !== "passed") this.#spoilt.add(test.nesting - 1);
    return { path: [...this.#titles.slice(0, test.nesting), test.name], outcome };
  }
}

/** Turns node:test's events into results. Suites only give their titles to the paths of their tests. */
export class Recorder {
  readonly #positions = new Map<string, FilePosition>();

  start(test: Started): void {
    this.#position(test.file).start(test);
  }

  /** @returns the result of a test or of a suite that was skipped as a whole; nothing for any other suite */
  finish(test: Finished): TestResult | undefined {
    const { path, outcome } = this.#position(test.file).finish(test);
    if (test.isSuite && outcome !== "skipped") return undefined;
    const directive = outcome === "skipped" ? test.skip : outcome === "todo" ? test.todo : "";
    const reason = typeof directive === "string" ? directive : "";
    return { file: test.file, path, outcome, reason, durationMs: test.durationMs };
  }

  #position(file: string): FilePosition {
    const known = this.#positions.get(file);
    if (known !== undefined) return known;
    const fresh = new FilePosition();
    this.#positions.set(file, fresh);
    return fresh;
  }
}
