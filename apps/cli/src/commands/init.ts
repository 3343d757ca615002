import { Home } from "@firmament/server/home";
import type { Command } from "commander";
import { type CommonOptions, common, examples, report } from "../context.ts";
import { refuse } from "../errors.ts";
import { found } from "../found.ts";
import { layout, parseEngine, portsNeeded } from "../layout.ts";
import { now, Session } from "../session.ts";

interface InitOptions extends CommonOptions {
  readonly organisations: string;
  readonly domain: string;
  readonly name: string;
  readonly engine: string;
  readonly port: string;
  readonly freshness: string;
}

async function init(options: InitOptions) {
  const organisations = options.organisations.split(",");
  const engine = parseEngine(options.engine);
  const port = Number(options.port);
  if (!Number.isSafeInteger(port) || port < 1 || port > 65_000) throw refuse("cli/usage", `--port ${options.port}.`);
  const ports = Array.from({ length: portsNeeded(engine, organisations) }, (_, i) => port + i);
  const network = layout(engine, organisations, ports);
  const { domain, freshness, name } = options;
  await found(new Home(options.home), {
    domain,
    name,
    organisations,
    freshness: Number(freshness),
    time: now(),
    network,
  });
  const { genesis } = await Session.open(options.home);
  return {
    json: { ledger: genesis.ledger, home: options.home, network },
    lines: [
      `founded ${genesis.ledger} in ${options.home}`,
      "next, for each organisation, or for all of them with `firmament network up`:",
      ...organisations.map((each) => `  firmament node run --organisation ${each}`),
      `carry ${organisations.map((each) => `${each}/offline/root.jwe`).join(", ")} away: they are needed to change the trust root only`,
    ],
  };
}

export function addInit(program: Command): void {
  common(program.command("init").description("found a consortium on this machine: keys, genesis, addresses"))
    .requiredOption("--organisations <a,b,…>", "names; the first is vendor, the second operates register and retrieval")
    .option("--domain <domain>", "domain of the ledger's id", "example.org")
    .option("--name <name>", "name of the ledger", "registry")
    .option("--engine <name>", "sqlite: one sequencer; cometbft: a validator of each organisation", "sqlite")
    .option("--port <n>", "first of the ports that the services use", "4700")
    .option("--freshness <seconds>", "age after which evidence is stale", "86400")
    .addHelpText(
      "after",
      examples("init --home /srv/firmament --organisations acme.example,bravo.example,charlie.example,delta.example"),
    )
    .action((options: InitOptions) => report(options, () => init(options)));
}
