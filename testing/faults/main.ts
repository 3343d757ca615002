/**
 * `npm run faults`, see {@link USAGE}. After each fault: nothing acknowledged is lost, all copies of the log have one root,
 * and no two roots of one size were cosigned.
 */
import { parseArgs } from "node:util";
import type { FaultCase } from "./case.ts";
import { play, type Played } from "./play.ts";
import { renderTable } from "./report.ts";
import { faults } from "./suite.ts";

const USAGE = `  npm run faults                     every fault on a network of four organisations; ten minutes or so
  npm run faults -- --only A,B       some of them, by name
  npm run faults -- --list           their names
  npm run -s faults -- --json        one JSON value for programs, of --list too; what happens meanwhile is on stderr
  npm run faults -- --soak           idleness lasts an hour

Exit code 1 where a case failed or the run was stopped, 2 where the words are not these.`;

const OPTIONS = {
  help: { type: "boolean" },
  json: { type: "boolean" },
  list: { type: "boolean" },
  only: { type: "string" },
  soak: { type: "boolean" },
} as const;

// Nothing where the words are not those of the usage, which is said then.
function asked() {
  try {
    const { values } = parseArgs({ options: OPTIONS });
    const all = faults(values.soak === true);
    const names = values.only?.split(",") ?? all.map(({ name }) => name);
    const unknown = names.filter((name) => !all.some((each) => each.name === name));
    if (unknown.length > 0) throw new RangeError(`--only ${unknown.join()}: see --list`);
    return { ...values, cases: all.filter(({ name }) => names.includes(name)) };
  } catch (cause) {
    console.error(`${cause instanceof Error ? cause.message : ""}\n\n${USAGE}`);
    return undefined;
  }
}

function show(isJson: boolean, value: unknown, text: string): void {
  console.log(isJson ? JSON.stringify(value, null, 2) : text);
}

function list(isJson: boolean, cases: readonly FaultCase[]): void {
  const shown = cases.map(({ fault, name }) => ({ fault, name }));
  show(isJson, shown, shown.map(({ fault, name }) => `${name.padEnd(28)} ${fault}`).join("\n"));
}

async function main(isJson: boolean, cases: readonly FaultCase[]): Promise<number> {
  const started = Date.now();
  const played: Played[] = [];
  const progress = (name: string, text: string) => {
    process.stderr.write(`${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s  ${name}: ${text}\n`);
  };
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  let isWhole = true;
  try {
    for await (const each of play(cases, progress, stop.signal)) {
      progress(each.name, [each.verdict, each.reason].filter(Boolean).join(": "));
      played.push(each);
    }
  } catch (cause) {
    progress("network", cause instanceof Error ? cause.message : String(cause));
    isWhole = false;
  }
  const failed = played.filter(({ verdict }) => verdict === "failed").length;
  show(isJson, { failed, played }, renderTable(played));
  return failed === 0 && isWhole && !stop.signal.aborted ? 0 : 1;
}

const { cases, help, json = false, list: isList = false } = asked() ?? {};
if (cases === undefined) process.exitCode = 2;
else if (help === true) console.log(USAGE);
else if (isList) list(json, cases);
else process.exitCode = await main(json, cases);
