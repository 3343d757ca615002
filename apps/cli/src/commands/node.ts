import { diagnose, gatherFacts } from "@firmament/server/engine/doctor";
import { Home } from "@firmament/server/home";
import { Transport } from "@firmament/server/tls";
import type { Command } from "commander";
import { act, type CommonOptions, common, examples, refused, report } from "../context.ts";
import { refuse } from "../errors.ts";
import type { Report } from "../output.ts";
import { servicesOf } from "../services.ts";
import { serveTogether } from "../start/serve-together.ts";
import { addNodeState } from "./node-state.ts";

interface NodeOptions extends CommonOptions {
  readonly organisation: string;
}

async function doctor({ home: path, organisation }: NodeOptions): Promise<Report> {
  const home = new Home(path);
  const state = home.applicationFile(organisation);
  await using transport = await Transport.open({ home, organisation, state, log: () => undefined });
  const findings = diagnose(await gatherFacts(home, organisation, transport.fetch));
  const isHealthy = findings.every((each) => !each.isWrong);
  if (!isHealthy) refused();
  const lines = findings.flatMap(({ code, isWrong, remedy, says }) => [
    `${isWrong ? "wrong " : "notice"}  ${code}: ${says}`,
    `        ${remedy}`,
  ]);
  const verdict = isHealthy ? `The validator of ${organisation} is well.` : "";
  return { json: { findings, isHealthy, organisation }, lines: [...lines, verdict].filter((line) => line !== "") };
}

async function run(options: NodeOptions): Promise<void> {
  const services = servicesOf(await new Home(options.home).network(), options.organisation);
  if (services.length === 0) throw refuse("cli/unknown", `network.json names no ${options.organisation}.`);
  await serveTogether(options.home, services, options);
}

/** Everything that one organisation's operator does with its node. */
export function addNode(program: Command): void {
  const node = program.command("node").description("an organisation's node: run it, look after it");
  const add = (name: string, description: string, work: (options: NodeOptions) => Promise<void>) =>
    common(node.command(name).description(description))
      .requiredOption("--organisation <name>", "whose node")
      .addHelpText("after", examples(`node ${name} --organisation charlie.example --home /srv/firmament`))
      .action(work);
  add("run", "run all that the organisation runs here, until a signal ends it", (options) =>
    act(options, () => run(options)),
  );
  add("doctor", "say what is wrong with the validator, and what to do", (options) =>
    report(options, () => doctor(options)),
  );
  addNodeState(node);
}
