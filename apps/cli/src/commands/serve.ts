import { runService, type ServiceKind } from "@firmament/server";
import type { Command } from "commander";
import { type CommonOptions, common, examples } from "../context.ts";

interface ServeOptions extends CommonOptions {
  readonly organisation?: string;
}

async function serve(kind: ServiceKind, { home, organisation = "" }: ServeOptions): Promise<void> {
  process.exitCode = await runService(kind, home, organisation);
}

export function addServe(program: Command): void {
  const command = program.command("serve").description("run a service of this home until a signal ends it");
  const add = (kind: ServiceKind, description: string) =>
    common(command.command(kind).description(description))
      .addHelpText("after", examples(`serve ${kind} --home /srv/firmament`))
      .action((options: ServeOptions) => serve(kind, options));
  add("ledger", "the sequencer of the sqlite ledger");
  add("author", "the author agent");
  add("register", "the register agent");
  add("retrieval", "the retrieval agent");
  const own = (kind: ServiceKind, description: string) =>
    common(command.command(kind).description(description))
      .requiredOption("--organisation <name>", "whose")
      .addHelpText("after", examples(`serve ${kind} --organisation charlie.example`))
      .action((options: ServeOptions) => serve(kind, options));
  own("node", "an organisation's node: witness, file store, receipt signer");
  own("validator", "an organisation's application and engine, as a supervised pair");
}
