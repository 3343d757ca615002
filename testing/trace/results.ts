import { isObject, isStringList } from "../repository/json.ts";

export const outcomes = ["passed", "failed", "skipped", "todo", "partial"] as const;

/** `partial` is a test that passed although a subtest of it was skipped, left to do, or failed. */
export type Outcome = (typeof outcomes)[number];

export interface TestResult {
  /** Test file from the root, with `/`. */
  readonly file: string;
  /** Titles from the outermost suite or test to this one. */
  readonly path: readonly string[];
  readonly outcome: Outcome;
  /** Why it was skipped or left to do; empty where none was given. */
  readonly reason: string;
  readonly durationMs: number;
}

/** Title of the test itself. */
export function titleOf(result: TestResult): string {
  return result.path.at(-1) ?? "";
}

/** Last line of a results file: without it the run did not reach its end. */
export const endOfResults = { end: true } as const;

function parseResult(value: unknown): TestResult {
  if (!isObject(value)) throw new TypeError("a test result must be an object");
  const { file, path, outcome, reason, durationMs } = value;
  const known = outcomes.find((name) => name === outcome);
  if (typeof file !== "string" || !isStringList(path) || known === undefined) throw new TypeError("not a test result");
  if (typeof reason !== "string" || typeof durationMs !== "number") throw new TypeError("not a test result");
  return { file, path, outcome: known, reason, durationMs };
}

/**
 * Reads what the reporter wrote, one JSON object a line.
 *
 * @throws TypeError for a line of another form, and where the last line is missing
 */
export function parseResults(text: string): TestResult[] {
  const values = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
  const last = values.pop();
  if (!isObject(last) || last["end"] !== true) throw new TypeError("the test run did not reach its end");
  return values.map(parseResult);
}
