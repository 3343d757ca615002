import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { petition, publish, waitForState } from "@firmament/cli/src/publish.ts";
import { allServices } from "@firmament/cli/src/services.ts";
import { Session } from "@firmament/cli/src/session.ts";
import {
  approveAuthor,
  approveRelease,
  CHARLIE,
  CLASS,
  createClass,
  DELTA,
  enrolEverybody,
  OPERATOR,
  VENDOR,
} from "@firmament/cli/src/start/people.ts";
import { endServices, type RunningService, startServices } from "@firmament/cli/src/start/processes.ts";
import { encodeTrustFile } from "@firmament/cli/src/trust-file.ts";
import { publicKeyToPem } from "@firmament/crypto";
import { Home, nodeUrl } from "@firmament/server/home";
import { firmament } from "../e2e/program.ts";
import { ask, eventually, isCut } from "./support/ask.ts";
import { foundOverTls } from "./support/founded.ts";

describe("a device of a consortium whose retrieval agent asks for certificates", () => {
  let folder = "";
  let device = "";
  let id = "";
  let session: Session;
  let services: readonly RunningService[] = [];

  async function release(): Promise<void> {
    await enrolEverybody(session);
    await createClass(session);
    await approveAuthor(session);
    const author = await session.signer({ actor: "author", organisation: VENDOR }, "manifest");
    await petition(session, author, "over TLS");
    const image = join(folder, "image.bin");
    await writeFile(image, new Uint8Array(1_500_000).fill(7));
    const described = { className: CLASS, dependencies: [], format: "raw", storageLocation: "slot", vendor: "acme" };
    const published = await publish(session, author, { ...described, image, version: "1.0.0" });
    await waitForState(session, CHARLIE, published, ["STORED"]);
    for (const approver of [CHARLIE, DELTA]) await approveRelease(session, approver, published);
    await waitForState(session, OPERATOR, published, ["PUBLISHED"]);
    await writeFile(join(folder, "trust.json"), encodeTrustFile(session.genesis.trust));
    await writeFile(join(folder, "author.pem"), publicKeyToPem(author.key));
  }

  const run = (...words: readonly string[]) =>
    firmament(["device", ...words, "--home", session.home.path, "--json"], {
      FIRMAMENT_PASSPHRASE_FILE: join(folder, "passphrase"),
    });
  const update = () => run("update", device);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "firmament-tls-update-"));
    device = join(folder, "device");
    process.env["FIRMAMENT_PASSPHRASE_FILE"] = join(folder, "passphrase");
    await writeFile(join(folder, "passphrase"), "a passphrase of tests", { mode: 0o600 });
    const home = new Home(join(folder, "home"));
    await mkdir(home.path);
    await foundOverTls(home, "certified");
    session = await Session.open(home.path);
    services = await startServices(home.path, allServices(session.network));
    await release();
    const pins = ["--trust", join(folder, "trust.json"), "--author", join(folder, "author.pem")];
    const made = await run("new", device, "--class", CLASS, "--vendor", "acme", ...pins);
    assert.equal(made.code, 0, made.stderr);
    ({ id } = JSON.parse(made.stdout) as { id: string });
  });

  after(async () => {
    await endServices(services);
    await rm(folder, { force: true, recursive: true });
  });

  it("[S3-17] gets an update once its owner certified it, and is told so before", async () => {
    const before = await update();
    assert.equal(before.code, 3);
    assert.equal((JSON.parse(before.stderr) as { code: string }).code, "tls/device");
    assert.equal((await run("certify", device, "--as", CHARLIE)).code, 0);
    // A bundle follows the release by as long as three organisations take to cosign it.
    await eventually(async () => (await update()).stdout.includes('"outcome": "confirmed"'));
    const shown = JSON.parse((await run("status", device)).stdout) as { components: { image: { version: string } }[] };
    assert.equal(shown.components[0]?.image.version, "1.0.0");
  });

  it("[S1-14] is no member: its certificate opens neither the ledger nor a node", async () => {
    const pem = await readFile(join(device, "tls", "device.pem"), "utf8");
    const own = { cert: pem, key: pem };
    const { ledger, retrieval } = session.network;
    assert.equal(await ask(new URL(retrieval.url), "healthz", own), 200);
    assert.ok(isCut(await ask(new URL(String(ledger)), "v1/blocks?from=1", own)));
    assert.ok(isCut(await ask(new URL(String(ledger)), "v1/transactions", own, new Uint8Array(10))));
    assert.ok(isCut(await ask(nodeUrl(session.network, CHARLIE), "v1/checkpoint", own)));
  });

  it("[S3-17] gets nothing any more once its owner revoked it", async () => {
    const as = `${VENDOR}/admin`;
    const enrolled = await run("enrol", device, "--as", as);
    assert.equal(enrolled.code, 0, enrolled.stderr);
    const revoked = await run("revoke", id, "--as", as);
    assert.equal(revoked.code, 0, revoked.stderr);
    await eventually(async () => (await update()).stderr.includes("cli/agent"));
  });
});
