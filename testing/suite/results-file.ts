import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { filesIn, root, workspaces } from "../repository/workspaces.ts";
import { parseResults } from "../trace/results.ts";
import type { TestResult } from "../trace/results.ts";

/** Where a run of all tests leaves its results, from the root. */
export const resultsFile = "out/test-results.jsonl";

/** Where a run of some tests leaves them. */
export const partialResultsFile = "out/test-results-partial.jsonl";

/**
 * @param path absolute, or from the root
 * @throws TypeError where the file is no complete record of a run; a system error where it cannot be read
 */
export function readResults(path: string): TestResult[] {
  return parseResults(readFileSync(resolve(root, path), "utf8"));
}

function changedAt(path: string): number {
  return statSync(join(root, path)).mtimeMs;
}

/** True where all tests ran to the end after the last change to any source, manifest or test. */
export function resultsAreFresh(): boolean {
  if (!existsSync(join(root, resultsFile))) return false;
  const sources = workspaces().flatMap(({ folder }) => filesIn(folder, "**/*.{ts,tsx,mjs,json,sol}"));
  const newest = Math.max(...[...sources, "package-lock.json"].map(changedAt));
  if (newest > changedAt(resultsFile)) return false;
  try {
    readResults(resultsFile);
    return true;
  } catch {
    return false;
  }
}
