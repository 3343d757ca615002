import { type Release, tables } from "@firmament/core/registry";
import { currentRecord, listRecords } from "@firmament/replica";
import type { Command } from "commander";
import { collect, type CommonOptions, common, examples, withSession } from "../context.ts";
import { refuse } from "../errors.ts";
import { receiptReport } from "../receipt-report.ts";
import { type Report, table, timeText } from "../output.ts";
import { closing, petition, publish, waitForState } from "../publish.ts";
import { parseActor, type Session } from "../session.ts";

interface PublishOptions extends CommonOptions {
  readonly class: string;
  readonly version: string;
  readonly vendor: string;
  readonly storageLocation: string;
  readonly format: string;
  readonly dependsOn: readonly string[];
  readonly permille?: string;
  readonly group: readonly string[];
  readonly as: string;
}

interface ActOptions extends CommonOptions {
  readonly as: string;
  readonly reason: string;
  readonly permille?: string;
}

function permilleOf(text: string): number {
  if (!/^[0-9]{1,4}$/.test(text)) throw refuse("cli/usage", `--permille ${text} is no number from 1 to 1000.`);
  return Number(text);
}

function dependencyOf(text: string) {
  const [classID = "", versionID = ""] = text.split("@");
  if (classID === "" || versionID === "") throw refuse("cli/usage", `--depends-on ${text} is not CLASS@VERSION.`);
  return { classID, versionID };
}

async function publishCommand(session: Session, image: string, options: PublishOptions): Promise<Report> {
  const { organisation } = parseActor(options.as);
  const author = await session.signer({ actor: "author", organisation }, "manifest");
  await petition(session, author, `${options.class} ${options.version}`);
  const rollout =
    options.permille === undefined && options.group.length === 0
      ? {}
      : {
          rollout: {
            groups: [...options.group].sort(),
            permille: permilleOf(options.permille ?? "1000"),
            salt: options.version,
          },
        };
  const release = await publish(session, author, {
    image,
    className: options.class,
    version: options.version,
    vendor: options.vendor,
    storageLocation: options.storageLocation,
    format: options.format,
    dependencies: options.dependsOn.map(dependencyOf),
    ...rollout,
  });
  const found = await waitForState(session, organisation, release, ["STORED", "PUBLISHED"]);
  return {
    json: { release, ...found },
    lines: [`release ${release}`, `${options.class} ${options.version} is ${found.state}`],
  };
}

/** What the ledger has of one release, from an organisation's own replica. */
export function releaseReport(id: string, release: Release): Report {
  const names = (actors: readonly { readonly organisation: string }[]) =>
    actors.map((each) => each.organisation).join(", ") || "none";
  const rows: (readonly [string, string])[] = [
    ["release", id],
    ["state", release.state],
    ["class", release.className],
    ["version", `${release.version} (sequence ${release.sequence})`],
    ["author", `${release.author} of ${release.organisation}`],
    ["registered", timeText(release.registered)],
    ["stored by", names(release.receipts)],
    ["approved by", names(release.approvals)],
    ["content", release.stored === undefined ? "inline" : `${release.stored.cid}, ${release.stored.size} bytes`],
    ...(release.rollout === undefined ? [] : [["rollout", `${release.rollout.permille} permille`] as const]),
    ...(release.reason === undefined ? [] : [["reason", release.reason] as const]),
  ];
  return { json: { release: id, ...release }, lines: table(rows) };
}

function readReleases(session: Session, as: string) {
  const { organisation } = parseActor(as);
  return closing(session.replica(organisation));
}

type Step = "release.approve" | "release.hold" | "release.revoke" | "release.withdraw";

function addStep(release: Command, verb: string, type: Step, description: string, needsReason: boolean): void {
  const command = common(release.command(verb).description(description))
    .argument("<release>", "release id")
    .requiredOption("--as <organisation/actor>", "who acts, with its own key file");
  if (needsReason) command.option("--reason <text>", "one line, recorded on the ledger", "");
  command
    .addHelpText("after", examples(`release ${verb} gD0v… --as charlie.example/approver`))
    .action((id: string, options: ActOptions) =>
      withSession(options, async (session) => {
        const as = parseActor(options.as);
        const receipt =
          type === "release.revoke" || type === "release.withdraw"
            ? await session.submit(as, type, { reason: options.reason, release: id })
            : await session.submit(as, type, { release: id });
        return receiptReport(verb, receipt);
      }),
    );
}

function addPublish(release: Command): void {
  common(
    release.command("publish").description("sign an image's manifest and register it; others store and approve it"),
  )
    .argument("<image>", "firmware file")
    .requiredOption("--class <class>", "device class")
    .requiredOption("--version <version>", "version, in the class's scheme")
    .option("--vendor <vendor>", "vendor", "acme")
    .option("--storage-location <name>", "where the image goes in the device", "slot")
    .option("--format <name>", "payload format", "raw")
    .option("--depends-on <class@version>", "another class's release that must be installed", collect, [])
    .option("--permille <n>", "share of the devices that take it at first")
    .option("--group <name>", "group of devices that takes it at first", collect, [])
    .requiredOption("--as <organisation/actor>", "whose author key signs, as in acme.example/author")
    .addHelpText(
      "after",
      examples("release publish sensor.bin --class sensor --version 1.2.0 --as acme.example/author"),
    )
    .action((image: string, options: PublishOptions) =>
      withSession(options, (session) => publishCommand(session, image, options)),
    );
}

function addReading(release: Command): void {
  common(release.command("show").description("what the ledger has of a release, from an own replica"))
    .argument("<release>", "release id")
    .requiredOption("--as <organisation/actor>", "whose replica is read")
    .addHelpText("after", examples("release show gD0v… --as bravo.example/admin"))
    .action((id: string, options: ActOptions) =>
      withSession(options, (session) => {
        using database = readReleases(session, options.as);
        const found = currentRecord(database.value, tables.release, id);
        if (found === undefined) throw refuse("cli/unknown", `There is no release ${id}.`);
        return Promise.resolve(releaseReport(id, found));
      }),
    );
  common(release.command("list").description("all releases, from an own replica"))
    .requiredOption("--as <organisation/actor>", "whose replica is read")
    .addHelpText("after", examples("release list --as bravo.example/admin --json"))
    .action((options: ActOptions) =>
      withSession(options, (session) => {
        using database = readReleases(session, options.as);
        const found = listRecords(database.value, tables.release).map(({ parts, record }) => ({
          id: parts[0] ?? "",
          ...record,
        }));
        const rows = found.map((each) => [each.className, each.version, each.state, each.id]);
        return Promise.resolve({ json: found, lines: table([["CLASS", "VERSION", "STATE", "RELEASE"], ...rows]) });
      }),
    );
}

function addRollout(release: Command): void {
  common(release.command("rollout").description("widen a release's rollout; 1000 permille is everybody"))
    .argument("<release>", "release id")
    .requiredOption("--permille <n>", "share of the devices")
    .requiredOption("--as <organisation/actor>", "who acts, with its own key file")
    .addHelpText("after", examples("release rollout gD0v… --permille 1000 --as acme.example/admin"))
    .action((id: string, options: ActOptions) =>
      withSession(options, async (session) => {
        const body = { permille: permilleOf(options.permille ?? ""), release: id };
        return receiptReport("rollout", await session.submit(parseActor(options.as), "release.rollout", body));
      }),
    );
}

export function addRelease(program: Command): void {
  const release = program.command("release").description("publish, approve, hold, revoke, withdraw and show releases");
  addPublish(release);
  addStep(release, "approve", "release.approve", "approve a release of another organisation", false);
  addStep(release, "hold", "release.hold", "stop new installs for 72 hours, once per organisation", false);
  addStep(
    release,
    "revoke",
    "release.revoke",
    "revoke a release: the author's organisation alone, others by quorum",
    true,
  );
  addStep(release, "withdraw", "release.withdraw", "take an own release back", true);
  addRollout(release);
  addReading(release);
}
