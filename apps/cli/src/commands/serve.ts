import { Home } from "@firmament/server/home";
import {
  type Service,
  startAuthorAgent,
  startLedger,
  startNode,
  startRegisterAgent,
  startRetrievalAgent,
} from "@firmament/server";
import type { Command } from "commander";
import { type CommonOptions, common, examples } from "../context.ts";
import { refuse } from "../errors.ts";
import { printError } from "../output.ts";

interface ServeOptions extends CommonOptions {
  readonly organisation?: string;
}

function stopSignal(): Promise<void> {
  return new Promise((stop) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop());
  });
}

// A service that ends by itself met a fault: its process ends with it, and whoever supervises it starts it again.
async function serve(options: ServeOptions, start: (home: Home) => Promise<Service>): Promise<void> {
  try {
    await using service = await start(new Home(options.home));
    process.stdout.write(`ready ${service.url}\n`);
    const fault = await Promise.race([stopSignal(), service.ended]);
    if (fault !== undefined) throw fault;
  } catch (cause) {
    process.exitCode = printError(cause, true);
  }
}

function organisationOf({ organisation }: ServeOptions): string {
  if (organisation === undefined) throw refuse("cli/usage", "Name --organisation.");
  return organisation;
}

export function addServe(program: Command): void {
  const command = program.command("serve").description("run a service of this home until a signal ends it");
  common(command.command("ledger").description("the sequencer of the sqlite ledger"))
    .addHelpText("after", examples("serve ledger --home /srv/firmament"))
    .action((options: ServeOptions) => serve(options, startLedger));
  common(command.command("node").description("an organisation's node: witness, file store, receipt signer"))
    .requiredOption("--organisation <name>", "whose node")
    .addHelpText("after", examples("serve node --organisation charlie.example"))
    .action((options: ServeOptions) => serve(options, (home) => startNode(home, organisationOf(options))));
  common(command.command("author").description("the author agent")).action((options: ServeOptions) =>
    serve(options, startAuthorAgent),
  );
  common(command.command("register").description("the register agent")).action((options: ServeOptions) =>
    serve(options, startRegisterAgent),
  );
  common(command.command("retrieval").description("the retrieval agent")).action((options: ServeOptions) =>
    serve(options, startRetrievalAgent),
  );
  common(program.command("node").description("run an organisation's node (the same as `serve node`)"))
    .requiredOption("--organisation <name>", "whose node")
    .addHelpText("after", examples("node --organisation charlie.example"))
    .action((options: ServeOptions) => serve(options, (home) => startNode(home, organisationOf(options))));
}
