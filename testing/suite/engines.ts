import type { TestResult } from "../trace/results.ts";

/**
 * Tests that were skipped because a program which they drive is not on this machine. Their reason begins with
 * the word `engine`, as in `{ skip: "engine cometbft: set COMETBFT_BIN" }`.
 */
export function skippedForEngines(results: readonly TestResult[]): TestResult[] {
  return results.filter(({ outcome, reason }) => outcome === "skipped" && /^engine\b/.test(reason));
}
