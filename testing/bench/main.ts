/**
 *   npm run bench                                   everything; five minutes or so on two cores
 *   npm run bench -- --only fold,registration       some parts: bundle, fold, memory, registration, retrieval, start
 *   npm run bench -- --entries N --keys N --runs N  a ledger of another size, another number of registrations
 *
 * Prints tables; writes out/bench.json and the curves out/bench-*.svg. Exit code 1 where a limit is exceeded.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../repository/workspaces.ts";
import { drawDiagram } from "./curve.ts";
import { allHold } from "./figure.ts";
import { type BenchOptions, type Measured, measureParts, partNames } from "./parts.ts";
import { renderPart } from "./table.ts";

const { values } = parseArgs({
  options: {
    entries: { default: "1000000", type: "string" },
    keys: { default: "100000", type: "string" },
    only: { type: "string" },
    runs: { default: "15", type: "string" },
  },
});
const wanted = values.only?.split(",") ?? partNames;
const unknown = wanted.filter((each) => !partNames.some((name) => name === each));
if (unknown.length > 0) throw new RangeError(`--only ${unknown.join()}: the parts are ${partNames.join(", ")}`);

const options: BenchOptions = {
  only: new Set(partNames.filter((name) => wanted.includes(name))),
  runs: Number(values.runs),
  scale: { entries: Number(values.entries), keys: Number(values.keys) },
};
const environment = {
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? "unknown",
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
};
console.log(`node ${environment.node}, ${environment.platform}, ${environment.cores} cores, ${environment.cpu}`);
mkdirSync(join(root, "out"), { recursive: true });
const done: Measured[] = [];
for await (const measured of measureParts(options)) {
  done.push(measured);
  console.log(`\n${renderPart(measured.part)}`);
  if (measured.diagram === undefined) continue;
  writeFileSync(join(root, "out", `bench-${measured.name}.svg`), drawDiagram(measured.diagram));
}
const parts = done.map(({ data, name, part }) => ({ name, ...part, data }));
writeFileSync(join(root, "out/bench.json"), `${JSON.stringify({ environment, parts }, null, 2)}\n`);
process.exitCode = allHold(parts) ? 0 : 1;
