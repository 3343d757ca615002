/**
 * Lists which requirements passing tests show; runs the tests first where their results are older than the code.
 *
 *   npm run trace                   a table, and what is missing
 *   npm run trace -- --json         everything, for programs
 *   npm run trace -- --results FILE the results of an earlier run
 */
import { parseArgs } from "node:util";
import { runProgram } from "../repository/program.ts";
import { root } from "../repository/workspaces.ts";
import { readResults, resultsAreFresh, resultsFile } from "../suite/results-file.ts";
import { renderTrace, trace } from "./report.ts";
import { readRequirements } from "./requirements.ts";

async function runTests(): Promise<void> {
  console.error("the test results are missing or older than the code: running all tests");
  const { code } = await runProgram(
    process.execPath,
    [`${root}/testing/suite/main.ts`],
    ["ignore", "ignore", "inherit"],
  );
  if (code !== 0) console.error("tests failed; what they show is not counted (npm test says which)");
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: "boolean", default: false }, results: { type: "string" } } });
  if (values.results === undefined && !resultsAreFresh()) await runTests();
  const report = trace(readRequirements(), readResults(values.results ?? resultsFile));
  console.log(values.json ? JSON.stringify(report, undefined, 2) : renderTrace(report));
  return report.unknown.length === 0 ? 0 : 1;
}

process.exitCode = await main();
