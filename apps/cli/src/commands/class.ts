import type { ClassPolicy } from "@firmament/core/registry";
import { tables } from "@firmament/core/registry";
import { currentRecord } from "@firmament/replica";
import type { Command } from "commander";
import { collect, type CommonOptions, common, examples, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import { type Report, table } from "../output.ts";
import { closing } from "../publish.ts";
import { parseActor, type Session } from "../session.ts";
import { propose } from "./org-vote.ts";
import { receiptReport } from "../receipt-report.ts";

interface ClassOptions extends CommonOptions {
  readonly as: string;
  readonly vendor: string;
  readonly approvals: string;
  readonly receipts: string;
  readonly cosignatures: string;
  readonly freshness: string;
  readonly storageLocation: readonly string[];
  readonly integerVersions?: boolean;
  readonly targeted?: boolean;
}

function numberOf(name: string, text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw refuse("cli/usage", `--${name} ${text} is no number.`);
  return Number(text);
}

function policyOf(options: ClassOptions): ClassPolicy {
  return {
    algorithms: ["ES256", "EdDSA", "RS384"],
    approvals: [{ count: numberOf("approvals", options.approvals), role: "approver" }],
    cosignatures: numberOf("cosignatures", options.cosignatures),
    freshness: numberOf("freshness", options.freshness),
    receipts: numberOf("receipts", options.receipts),
    version: 1,
    ...(options.targeted === true ? { targeted: true } : {}),
  };
}

function show(session: Session, className: string, options: ClassOptions): Report {
  using database = closing(session.replica(parseActor(options.as).organisation));
  const found = currentRecord(database.value, tables.class, className);
  const head = currentRecord(database.value, tables.head, className);
  const policy = currentRecord(database.value, tables.policy, className);
  if (found === undefined || head === undefined || policy === undefined)
    throw refuse("cli/unknown", `There is no class ${className}.`);
  const live = head.live.map((each) => [each.version, "LIVE", each.release]);
  const stopped = head.stopped.map((each) => [each.version, each.state, each.release]);
  return {
    json: { class: className, ...found, policy, head },
    lines: [
      ...table([
        ["class", className],
        ["vendor", found.vendor],
        ["versions", found.versions],
        ["storage", found.storageLocations.join(", ")],
        ["receipts", String(policy.receipts)],
        ["approvals", policy.approvals.map((rule) => `${rule.count} ${rule.role}`).join(", ")],
        ["cosignatures", String(policy.cosignatures)],
        ["freshness", `${policy.freshness} s`],
        ["targeted", policy.targeted === true ? "yes" : "no"],
      ]),
      "",
      ...table([["VERSION", "STATE", "RELEASE"], ...live, ...stopped]),
    ],
  };
}

export function addClass(program: Command): void {
  const command = program.command("class").description("vendors and device classes");
  common(command.command("vendor").description("propose a vendor"))
    .argument("<vendor>", "name of the vendor")
    .requiredOption("--as <organisation/actor>", "who proposes; the vendor becomes its organisation's")
    .addHelpText("after", examples("class vendor acme --as acme.example/admin"))
    .action((vendor: string, options: ClassOptions) =>
      withSession(options, async (session) => {
        const { organisation } = parseActor(options.as);
        return receiptReport(
          "proposed",
          await propose(session, organisation, { organisation, type: "vendor.create", vendor }),
        );
      }),
    );
  common(command.command("create").description("propose a class"))
    .argument("<class>", "name of the class")
    .requiredOption("--vendor <vendor>", "its vendor")
    .requiredOption("--as <organisation/actor>", "who proposes")
    .option("--approvals <n>", "approvals by other organisations", "2")
    .option("--receipts <n>", "storage receipts by other organisations", "2")
    .option("--cosignatures <n>", "cosignatures that a device asks for", "3")
    .option("--freshness <seconds>", "age after which evidence is stale", "86400")
    .option("--storage-location <name>", "place in the device; may stand several times", collect, [])
    .option("--integer-versions", "versions are integers, not SemVer")
    .option("--targeted", "devices must prove their own record")
    .addHelpText("after", examples("class create sensor --vendor acme --as acme.example/admin"))
    .action((className: string, options: ClassOptions) =>
      withSession(options, async (session) => {
        const storageLocations = options.storageLocation.length === 0 ? ["slot"] : [...options.storageLocation].sort();
        const versions = options.integerVersions === true ? "integer" : "semver";
        const action = {
          className,
          policy: policyOf(options),
          storageLocations,
          type: "class.create",
          vendor: options.vendor,
          versions,
        } as const;
        return receiptReport("proposed", await propose(session, parseActor(options.as).organisation, action));
      }),
    );
  common(command.command("show").description("a class, its policy and its releases, from an own replica"))
    .argument("<class>", "name of the class")
    .requiredOption("--as <organisation/actor>", "whose replica is read")
    .addHelpText("after", examples("class show sensor --as bravo.example/admin"))
    .action((className: string, options: ClassOptions) =>
      withSession(options, (session) => Promise.resolve(show(session, className, options))),
    );
}
