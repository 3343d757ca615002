import { readFile } from "node:fs/promises";
import { verifyBundle } from "@firmament/core/bundle";
import { nodeCrypto, publicKeyFromPem } from "@firmament/crypto";
import { isPassing } from "@firmament/device";
import type { Command } from "commander";
import { collect, type CommonOptions, common, examples, refused, report, withSession } from "../context.ts";
import { DeviceFolder, fetchBundle, offerOf } from "../device-folder.ts";
import { bytesText, type Report, table, timeText } from "../output.ts";
import { now, parseActor, type Session } from "../session.ts";
import { decodeTrustFile } from "../trust-file.ts";
import { receiptReport } from "../receipt-report.ts";
import { addCertify } from "./device-certify.ts";
import { addRevoke } from "./device-revoke.ts";
import { verdictReport } from "./verify.ts";

interface DeviceOptions extends CommonOptions {
  readonly class: string;
  readonly vendor: string;
  readonly trust: string;
  readonly author: readonly string[];
  readonly group: readonly string[];
  readonly slotBytes: string;
  readonly as: string;
}

async function create(session: Session, folder: string, options: DeviceOptions): Promise<Report> {
  const trust = decodeTrustFile(Uint8Array.from(await readFile(options.trust)));
  const authors = await Promise.all(options.author.map(async (path) => publicKeyFromPem(await readFile(path, "utf8"))));
  const device = await DeviceFolder.create(
    folder,
    {
      authors,
      className: options.class,
      clock: "trusted",
      counter: 0,
      formats: ["raw"],
      groups: [...options.group].sort(),
      inventory: [],
      ledger: session.genesis.ledger,
      safeState: [],
      storageLocations: ["slot"],
      trust,
      vendor: options.vendor,
      versions: "semver",
      wrappers: ["none"],
    },
    Number(options.slotBytes),
  );
  return {
    json: device,
    lines: [`device ${device.id} in ${folder}`, `pins trust/${device.trust.version} and ${authors.length} author keys`],
  };
}

async function update(session: Session, path: string): Promise<Report> {
  const folder = new DeviceFolder(path);
  using _ = folder.lock();
  const device = await folder.readWithFlash();
  const base = session.network.retrieval.url;
  await using transport = await folder.transport(base);
  const carry = transport.fetch;
  const bundle = await fetchBundle(base, device, carry);
  const time = now();
  const verdict = verifyBundle(bundle, { crypto: nodeCrypto, device, now: time });
  await folder.remember(device, verdict);
  const shown = verdictReport(verdict, bundle.length);
  if (verdict.decision.action === "refuse") refused();
  const { decision } = verdict;
  if (decision.action !== "install") {
    const isKept = decision.action === "refuse" && isPassing(decision.refusal);
    if (!isKept) await folder.abandon(time);
    return shown;
  }
  const outcome = await folder.install(offerOf(decision), { base, bundle, carry, time });
  if (outcome.outcome !== "confirmed") refused();
  const why = outcome.refusal === undefined ? "" : `: ${outcome.refusal.code}`;
  return {
    json: { verdict: shown.json, outcome: outcome.outcome, refusal: outcome.refusal?.code },
    lines: [...shown.lines, `installation ${outcome.outcome}${why}`],
  };
}

async function status(path: string): Promise<Report> {
  const folder = new DeviceFolder(path);
  const device = await folder.read();
  const found = await folder.status();
  const rows = found.components.map((each) => [
    each.storageLocation,
    each.place,
    each.image.version,
    String(each.image.sequence),
    bytesText(each.image.size),
  ]);
  return {
    json: { ...found, device },
    lines: [
      `device ${device.id}, class ${device.className}, trust/${device.trust.version}`,
      `newest evidence: entry ${device.seen.size - 1} of ${timeText(device.seen.time)}; rollback counter ${device.counter}`,
      ...table([["LOCATION", "RUNS FROM", "VERSION", "SEQUENCE", "SIZE"], ...rows]),
      `journal: ${found.journal.length} signed entries`,
    ],
  };
}

function addNew(device: Command): void {
  common(device.command("new").description("make a simulated device with its own key and a factory image"))
    .argument("<folder>", "folder of the device")
    .requiredOption("--class <class>", "its class")
    .requiredOption("--vendor <vendor>", "its vendor")
    .requiredOption("--trust <file>", "trust root that it pins")
    .option("--author <pem>", "author key that it pins; may stand several times", collect, [])
    .option("--group <name>", "group that it belongs to", collect, [])
    .option("--slot-bytes <n>", "size of each slot", "67108864")
    .addHelpText(
      "after",
      examples("device new dev1 --class sensor --vendor acme --trust out/trust.json --author author.pem"),
    )
    .action((folder: string, options: DeviceOptions) =>
      withSession(options, (session) => create(session, folder, options)),
    );
}

export function addDevice(program: Command): void {
  const device = program
    .command("device")
    .description("simulated devices: make, enrol, certify, update, revoke, look at");
  addNew(device);
  common(device.command("enrol").description("enrol a device on the ledger, for targeted classes"))
    .argument("<folder>", "folder of the device")
    .requiredOption("--as <organisation/actor>", "its owner's administrator")
    .addHelpText("after", examples("device enrol dev1 --as bravo.example/admin"))
    .action((path: string, options: DeviceOptions) =>
      withSession(options, async (session) => {
        const folder = new DeviceFolder(path);
        const { className, groups } = await folder.read();
        const as = parseActor(options.as);
        const holder = await folder.signer();
        const proof = await session.prove(holder, as.organisation, "device");
        const body = { className, groups, key: holder.key, proof };
        return receiptReport("enrolled", await session.submit(as, "device.enrol", body));
      }),
    );
  addCertify(device);
  addRevoke(device);
  common(
    device.command("update").description("fetch a bundle, verify it, install what it says, confirm after the boot"),
  )
    .argument("<folder>", "folder of the device")
    .addHelpText("after", examples("device update dev1", "device update dev1 --json"))
    .action((path: string, options: DeviceOptions) => withSession(options, (session) => update(session, path)));
  common(device.command("status").description("what the device runs and has seen; needs no network"))
    .argument("<folder>", "folder of the device")
    .addHelpText("after", examples("device status dev1"))
    .action((path: string, options: DeviceOptions) => report(options, () => status(path)));
}
