/**
 *   npm run faults                     every fault on a network of four organisations; ten minutes or so
 *   npm run faults -- --only A,B       some of them, by name
 *   npm run faults -- --list           their names
 *   npm run faults -- --json           the same for programs
 *   npm run faults -- --soak           idleness lasts an hour
 *
 * After each fault: nothing acknowledged is lost, all copies of the log have one root, and no two roots of one size were
 * cosigned. Exit code 1 where one of these, or what a case itself expects, does not hold.
 */
import { parseArgs } from "node:util";
import { play, type Played } from "./play.ts";
import { renderTable } from "./report.ts";
import { faults } from "./suite.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    list: { type: "boolean" },
    only: { type: "string" },
    soak: { type: "boolean" },
  },
});
const all = faults(values.soak === true);

function chosen() {
  const names = values.only?.split(",") ?? all.map(({ name }) => name);
  const unknown = names.filter((name) => !all.some((each) => each.name === name));
  if (unknown.length > 0) throw new RangeError(`--only ${unknown.join()}: see --list`);
  return all.filter(({ name }) => names.includes(name));
}

async function main(): Promise<number> {
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
  for await (const each of play(chosen(), progress, stop.signal)) {
    progress(each.name, [each.verdict, each.reason].filter(Boolean).join(": "));
    played.push(each);
  }
  const failed = played.filter(({ verdict }) => verdict === "failed").length;
  if (values.json === true) console.log(JSON.stringify({ failed, played }, null, 2));
  else console.log(renderTable(played));
  return failed === 0 && !stop.signal.aborted ? 0 : 1;
}

if (values.list === true) for (const { fault, name } of all) console.log(`${name.padEnd(28)} ${fault}`);
else process.exitCode = await main();
