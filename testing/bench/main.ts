/**
 *   npm run bench                                   everything; five minutes or so on two cores
 *   npm run bench -- --only fold,registration       some parts: bundle, fold, memory, registration, retrieval, start
 *   npm run bench -- --entries N --keys N --runs N  a ledger of another size, another number of registrations
 *   npm run bench -- --engine cometbft              the replicated ledger instead; 40 minutes, 15 GB of
 *                                                 /tmp; parts: start, floors, experiment, slow; --quick: two minutes
 *
 * Prints tables; writes out/bench.json and the curves out/bench-*.svg, or out/bench/cometbft.json and drawings beside it.
 * Exit code 1 where a limit is exceeded.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../repository/workspaces.ts";
import { drawDiagram } from "./curve.ts";
import { allHold } from "./figure.ts";
import { type EngineMeasured, enginePartNames, measureEngineParts } from "./cometbft/parts.ts";
import { measureParts, partNames } from "./parts.ts";
import { renderPart } from "./table.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string" },
    entries: { default: "1000000", type: "string" },
    keys: { default: "100000", type: "string" },
    only: { type: "string" },
    quick: { default: false, type: "boolean" },
    runs: { default: "15", type: "string" },
  },
});

/** The parts of a bench that `--only` names, all of them without it. */
function wantedOf<N extends string>(names: readonly N[]): ReadonlySet<N> {
  const wanted = values.only?.split(",") ?? names;
  const unknown = wanted.filter((each) => !names.some((name) => name === each));
  if (unknown.length > 0) throw new RangeError(`--only ${unknown.join()}: the parts are ${names.join(", ")}`);
  return new Set(names.filter((name) => wanted.includes(name)));
}

function measure(): AsyncGenerator<EngineMeasured> {
  if (values.engine === "cometbft")
    return measureEngineParts({ isQuick: values.quick, only: wantedOf(enginePartNames) });
  if (values.engine !== undefined) throw new RangeError(`--engine ${values.engine}: the other engine is cometbft`);
  const scale = { entries: Number(values.entries), keys: Number(values.keys) };
  return measureParts({ only: wantedOf(partNames), runs: Number(values.runs), scale });
}

const environment = {
  cores: availableParallelism(),
  cpu: cpus()[0]?.model ?? "unknown",
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
};
console.log(`node ${environment.node}, ${environment.platform}, ${environment.cores} cores, ${environment.cpu}`);
mkdirSync(join(root, "out/bench"), { recursive: true });
const report = join(root, "out", values.engine === undefined ? "bench.json" : "bench/cometbft.json");
const done: EngineMeasured[] = [];
for await (const measured of measure()) {
  done.push(measured);
  const { diagram, drawings = {}, name, part } = measured;
  console.log(`\n${renderPart(part)}`);
  if (diagram !== undefined) writeFileSync(join(root, "out", `bench-${name}.svg`), drawDiagram(diagram));
  for (const [title, svg] of Object.entries(drawings)) writeFileSync(join(root, "out/bench", `${title}.svg`), svg);
}
const parts = done.map(({ data, name, part }) => ({ name, ...part, data }));
writeFileSync(report, `${JSON.stringify({ environment, parts }, null, 2)}\n`);
process.exitCode = allHold(parts) ? 0 : 1;
