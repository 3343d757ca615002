/**
 * Everything that is checked without running the product: format, lint, types, unused code, arrows, error catalogue.
 *
 *   npm run check              all steps, two at a time
 *   npm run check -- eslint    the named ones
 */
import { runProgram } from "../repository/program.ts";
import { steps } from "./steps.ts";
import type { Step } from "./steps.ts";

const stepsAtOnce = 2;

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

async function passes({ name, command, args }: Step): Promise<boolean> {
  const started = performance.now();
  const { code, output } = await runProgram(command, args, ["ignore", "pipe", "pipe"]);
  const verdict = code === 0 ? "ok    " : "FAILED";
  console.log(`${verdict} ${name.padEnd(14)}${seconds(started).padStart(8)}`);
  if (code !== 0) console.log(output.trimEnd());
  return code === 0;
}

/** Names of the steps that failed. */
async function runAll(chosen: readonly Step[]): Promise<string[]> {
  const waiting = [...chosen];
  const failed: string[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      if (!(await passes(step))) failed.push(step.name);
    }
  };
  await Promise.all(Array.from({ length: stepsAtOnce }, work));
  return failed;
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`no step ${unknown.join(", ")}; there are ${steps.map(({ name }) => name).join(", ")}`);
    return 1;
  }
  const started = performance.now();
  const chosen = steps.filter(({ name }) => names.length === 0 || names.includes(name));
  const failed = await runAll(chosen);
  const verdict = failed.length === 0 ? `all ${chosen.length} steps passed` : `failed: ${failed.join(", ")}`;
  console.log(`check: ${verdict} in ${seconds(started)}`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
