/**
 * Runs the tests of all workspaces and keeps their results for `npm run trace`.
 *
 *   npm test                      everything
 *   npm test -- core/test/log     files whose path contains the text
 *   npm test -- --test-name-pattern=low-s   flags go to node --test
 *
 * FIRMAMENT_REQUIRE_ENGINES=1: a test that is skipped for a missing engine fails the run.
 */
import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { runProgram } from "../repository/program.ts";
import { root, testFiles } from "../repository/workspaces.ts";
import { titleOf } from "../trace/results.ts";
import { skippedForEngines } from "./engines.ts";
import { partialResultsFile, readResults, resultsFile } from "./results-file.ts";

/** A test that takes longer hangs. */
const testTimeoutMs = 300_000;

function nodeArguments(files: readonly string[], flags: readonly string[], record: string): string[] {
  return [
    "--test",
    "--disable-warning=ExperimentalWarning",
    `--test-concurrency=${Math.min(availableParallelism(), 8)}`,
    `--test-timeout=${testTimeoutMs}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${join(root, "testing/trace/reporter.ts")}`,
    `--test-reporter-destination=${record}`,
    ...flags,
    ...files,
  ];
}

function missingEngines(record: string): number {
  const skipped = skippedForEngines(readResults(record));
  for (const result of skipped) console.error(`not run: ${result.file}: ${titleOf(result)} (${result.reason})`);
  return skipped.length;
}

async function main(args: readonly string[]): Promise<number> {
  const flags = args.filter((arg) => arg.startsWith("-"));
  const texts = args.filter((arg) => !arg.startsWith("-"));
  const files = testFiles().filter((file) => texts.length === 0 || texts.some((text) => file.includes(text)));
  if (files.length === 0) {
    console.error(`no test file's path contains ${texts.join(" or ")}`);
    return 1;
  }
  const record = args.length === 0 ? resultsFile : partialResultsFile;
  mkdirSync(join(root, "out"), { recursive: true });
  rmSync(join(root, record), { force: true });
  const { code } = await runProgram(process.execPath, nodeArguments(files, flags, record), "inherit");
  if (code !== 0 || process.env["FIRMAMENT_REQUIRE_ENGINES"] !== "1") return code;
  return missingEngines(record) === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
