import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { COMMIT_PAUSE_MS } from "@firmament/server/engine";
import { Home } from "@firmament/server/home";
import type { Command } from "commander";
import { act, type CommonOptions, common, examples } from "../context.ts";
import { refuse } from "../errors.ts";
import { ensurePassphrase, found } from "../found.ts";
import { layout, portsNeeded } from "../layout.ts";
import { allServices } from "../services.ts";
import { now } from "../session.ts";
import { serveTogether } from "../start/serve-together.ts";

const NAMES = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett"];
const MIN_VALIDATORS = 4;
const FRESHNESS = 86_400;

interface UpOptions extends CommonOptions {
  readonly organisations: string;
  readonly port: string;
  readonly commitPause?: string;
  readonly once?: boolean;
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < min || value > max)
    throw refuse("cli/usage", `${option} is a whole number from ${min} to ${max}.`);
  return value;
}

async function foundNetwork(home: Home, options: UpOptions): Promise<void> {
  const count = wholeNumber("--organisations", options.organisations, MIN_VALIDATORS, NAMES.length);
  const first = wholeNumber("--port", options.port, 1, 65_000);
  const organisations = NAMES.slice(0, count).map((name) => `${name}.example`);
  const ports = Array.from({ length: portsNeeded("cometbft", organisations) }, (_, i) => first + i);
  const network = layout("cometbft", organisations, ports);
  const { commitPause } = options;
  const pause =
    commitPause === undefined ? {} : { commitPauseMs: wholeNumber("--commit-pause", commitPause, 0, 10_000) };
  await mkdir(home.path, { mode: 0o700, recursive: true });
  await found(home, {
    domain: "example.org",
    name: "registry",
    organisations,
    freshness: FRESHNESS,
    time: now(),
    network: { ...network, ...pause },
  });
}

// The passphrase of a network that this command founded lies beside it, as with the main job.
async function usePassphrase(home: Home): Promise<void> {
  const file = join(home.path, "passphrase");
  if (existsSync(file)) process.env["FIRMAMENT_PASSPHRASE_FILE"] ??= file;
  else await ensurePassphrase(file);
}

async function up(options: UpOptions): Promise<void> {
  const home = new Home(options.home);
  await usePassphrase(home);
  if (!existsSync(home.genesisFile)) await foundNetwork(home, options);
  await serveTogether(options.home, allServices(await home.network()), options);
}

export function addNetwork(program: Command): void {
  const network = program.command("network").description("all organisations of a consortium on one machine");
  common(network.command("up").description("found a consortium where the home is empty, and run all that it runs"))
    .option("--organisations <n>", "how many organisations a new consortium has", String(MIN_VALIDATORS))
    .option("--port <n>", "first of the six ports that each organisation uses on its own loopback address", "4700")
    .option(
      "--commit-pause <ms>",
      `how long engines wait after a block for answers to it (default: ${COMMIT_PAUSE_MS})`,
    )
    .option("--once", "end as soon as everything is ready")
    .addHelpText("after", examples("network up --organisations 4 --home /srv/firmament"))
    .action((options: UpOptions) => act(options, () => up(options)));
}
