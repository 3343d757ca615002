/**
 *   npm run bench                          a ledger of 1,000,000 entries and 100,000 state keys
 *   npm run bench -- --entries N --keys N  another one
 *
 * Prints tables and writes out/bench.json. Exit code 1 where a size or the main job exceeds its limit.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../repository/workspaces.ts";
import { measure, renderReport, type Report } from "./report.ts";
import { measureStart, renderStart } from "./start.ts";

const { values } = parseArgs({
  options: { entries: { default: "1000000", type: "string" }, keys: { default: "100000", type: "string" } },
});
const environment = {
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? "unknown",
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
};
// First: the ledger of the sizes leaves a large process and a busy disk behind.
const start = await measureStart();
const report: Report = await measure({ entries: Number(values.entries), keys: Number(values.keys) }, environment);
mkdirSync(join(root, "out"), { recursive: true });
writeFileSync(join(root, "out/bench.json"), `${JSON.stringify({ ...report, start }, null, 2)}\n`);
console.log(`${renderReport(report)}\n\n${renderStart(start)}`);
process.exitCode = start.holds && report.limits.every(({ holds }) => holds) ? 0 : 1;
