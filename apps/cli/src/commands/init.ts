import { Home } from "@firmament/server/home";
import type { Command } from "commander";
import { type CommonOptions, common, examples, report } from "../context.ts";
import { refuse } from "../errors.ts";
import { found } from "../found.ts";
import { now, Session } from "../session.ts";

interface InitOptions extends CommonOptions {
  readonly organisations: string;
  readonly domain: string;
  readonly name: string;
  readonly port: string;
  readonly freshness: string;
}

async function init(options: InitOptions) {
  const organisations = options.organisations.split(",");
  const [vendor, operator] = organisations;
  const port = Number(options.port);
  if (vendor === undefined || operator === undefined)
    throw refuse("cli/usage", "--organisations needs two names at least.");
  if (!Number.isSafeInteger(port) || port < 1 || port > 65_000) throw refuse("cli/usage", `--port ${options.port}.`);
  const url = (offset: number) => `http://127.0.0.1:${port + offset}/`;
  const nodes = organisations.map((organisation, i) => ({ organisation, url: url(4 + i) }));
  nodes.sort((a, b) => (a.organisation < b.organisation ? -1 : 1));
  const network = {
    ledger: url(0),
    author: { organisation: vendor, url: url(1) },
    register: { organisation: operator, url: url(2) },
    retrieval: { organisation: operator, url: url(3) },
    nodes,
  };
  const founding = {
    domain: options.domain,
    name: options.name,
    organisations,
    freshness: Number(options.freshness),
    time: now(),
    network,
  };
  await found(new Home(options.home), founding);
  const { genesis } = await Session.open(options.home);
  return {
    json: { ledger: genesis.ledger, home: options.home, network },
    lines: [
      `founded ${genesis.ledger} in ${options.home}`,
      "next:",
      "  firmament serve ledger",
      ...organisations.map((name) => `  firmament node --organisation ${name}`),
      "  firmament serve author, register, retrieval",
      `carry ${organisations.map((name) => `${name}/offline/root.jwe`).join(", ")} away: they are needed to change the trust root only`,
    ],
  };
}

export function addInit(program: Command): void {
  common(program.command("init").description("found a consortium on this machine: keys, genesis, addresses"))
    .requiredOption("--organisations <a,b,…>", "names; the first is vendor, the second operates register and retrieval")
    .option("--domain <domain>", "domain of the ledger's id", "example.org")
    .option("--name <name>", "name of the ledger", "registry")
    .option("--port <n>", "first of the ports that the services use", "4700")
    .option("--freshness <seconds>", "age after which evidence is stale", "86400")
    .addHelpText(
      "after",
      examples("init --home /srv/firmament --organisations acme.example,bravo.example,charlie.example,delta.example"),
    )
    .action((options: InitOptions) => report(options, () => init(options)));
}
