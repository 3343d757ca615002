import type { Action } from "@firmament/core/registry";
import type { Command } from "commander";
import type { Member } from "../ceremony/member-file.ts";
import { memberAt } from "../ceremony/public-file.ts";
import { type CommonOptions, common, examples, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import { receiptReport } from "../receipt-report.ts";
import { parseActor } from "../session.ts";

interface MembershipOptions extends CommonOptions {
  readonly as: string;
}

interface RulesOptions extends MembershipOptions {
  readonly at: string;
  readonly rules: string;
}

function proposing(options: MembershipOptions, action: () => Promise<Action>): Promise<void> {
  return withSession(options, async (session) =>
    receiptReport(
      "proposed",
      await session.submit(parseActor(options.as), "proposal.create", { action: await action() }),
    ),
  );
}

function provenAdmin({ admin, joins, name }: Member) {
  if (joins === undefined) throw refuse("cli/usage", `${name} made its member file without --joins.`);
  return { key: admin, proof: joins.proof };
}

function admission(member: Member): Action {
  return { admin: provenAdmin(member), organisation: member.name, type: "organisation.admit" };
}

async function reinstatement(organisation: string, path: string | undefined): Promise<Action> {
  const type = "organisation.reinstate";
  if (path === undefined) return { organisation, type };
  const member = await memberAt(path);
  if (member.name !== organisation) throw refuse("cli/usage", `${path} is of ${member.name}.`);
  return { admin: provenAdmin(member), organisation, type };
}

// A command that proposes what an organisation's name says all about.
function aboutOrganisation(org: Command, verb: "remove" | "suspend", description: string): void {
  common(org.command(verb).description(description))
    .argument("<organisation>", "its name")
    .requiredOption("--as <organisation/actor>", "who proposes")
    .addHelpText("after", examples(`org ${verb} delta.example --as alpha.example/admin`))
    .action((organisation: string, options: MembershipOptions) =>
      proposing(options, () => Promise.resolve({ organisation, type: `organisation.${verb}` })),
    );
}

function numberOf(option: string, text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw refuse("cli/usage", `${option} ${text} is no number.`);
  return Number(text);
}

/** The commands that propose who is a member, and by which rules. */
export function addMembership(org: Command): void {
  common(org.command("admit").description("propose to admit an organisation"))
    .argument("<file>", "its member file, made with --joins")
    .requiredOption("--as <organisation/actor>", "who proposes")
    .addHelpText("after", examples("org admit echo.example.member.json --as alpha.example/admin"))
    .action((path: string, options: MembershipOptions) =>
      proposing(options, async () => admission(await memberAt(path))),
    );
  aboutOrganisation(org, "suspend", "propose to suspend an organisation: it acts no more until it is reinstated");
  common(org.command("reinstate").description("propose to reinstate a suspended organisation"))
    .argument("<organisation>", "its name")
    .option("--member <file>", "its new member file, where it lost its administrator's key")
    .requiredOption("--as <organisation/actor>", "who proposes")
    .addHelpText("after", examples("org reinstate delta.example --as alpha.example/admin"))
    .action((organisation: string, options: MembershipOptions & { readonly member?: string }) =>
      proposing(options, () => reinstatement(organisation, options.member)),
    );
  aboutOrganisation(org, "remove", "propose to remove an organisation for ever");
  common(org.command("rules").description("propose that newer rules come into force"))
    .requiredOption("--rules <version>", "the version after the one in force")
    .requiredOption("--at <index>", "index of the first log entry under them")
    .requiredOption("--as <organisation/actor>", "who proposes")
    .addHelpText("after", examples("org rules --rules 2 --at 5000 --as alpha.example/admin"))
    .action((options: RulesOptions) =>
      proposing(options, () =>
        Promise.resolve({
          at: numberOf("--at", options.at),
          rules: numberOf("--rules", options.rules),
          type: "rules.activate",
        }),
      ),
    );
}
