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
import { Home, nodeUrl } from "@firmament/server/home";
import { authorityFile } from "@firmament/server/tls";
import { ask, isCut } from "./support/ask.ts";
import { foundOverTls } from "./support/founded.ts";

describe("a consortium whose services speak TLS", () => {
  let folder = "";
  let home: Home;
  let session: Session;
  let services: readonly RunningService[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "firmament-tls-services-"));
    process.env["FIRMAMENT_PASSPHRASE_FILE"] = join(folder, "passphrase");
    await writeFile(join(folder, "passphrase"), "a passphrase of tests", { mode: 0o600 });
    home = new Home(join(folder, "home"));
    await mkdir(home.path);
    await foundOverTls(home);
    session = await Session.open(home.path);
    services = await startServices(home.path, allServices(session.network));
  });

  after(async () => {
    await endServices(services);
    await rm(folder, { force: true, recursive: true });
  });

  it("publishes a release: agents, ledger and nodes reach each other, and content passes between organisations", async () => {
    await enrolEverybody(session);
    await createClass(session);
    await approveAuthor(session);
    const author = await session.signer({ actor: "author", organisation: VENDOR }, "manifest");
    await petition(session, author, "over TLS");
    const image = join(folder, "image.bin");
    await writeFile(image, new Uint8Array(2_000_000).fill(7));
    const described = { className: CLASS, dependencies: [], format: "raw", storageLocation: "slot", vendor: "acme" };
    const release = await publish(session, author, { ...described, image, version: "1.0.0" });
    await waitForState(session, CHARLIE, release, ["STORED"]);
    for (const approver of [CHARLIE, DELTA]) await approveRelease(session, approver, release);
    await waitForState(session, OPERATOR, release, ["PUBLISHED"]);
  });

  it("[S1-14] demands certificates at the ledger and at nodes, and none at the agents that authors and devices ask", async () => {
    const { author, ledger, register, retrieval } = session.network;
    const ca = async (name: string) => ({ ca: await readFile(authorityFile(home, name)), rejectUnauthorized: true });
    assert.ok(isCut(await ask(new URL(String(ledger)), "v1/blocks?from=1", await ca(OPERATOR))));
    assert.ok(isCut(await ask(nodeUrl(session.network, CHARLIE), "v1/checkpoint", await ca(CHARLIE))));
    assert.equal(await ask(new URL(author.url), "healthz", await ca(VENDOR)), 200);
    assert.equal(await ask(new URL(register.url), "healthz", await ca(OPERATOR)), 200);
    assert.equal(await ask(new URL(retrieval.url), "v1/checkpoint", await ca(OPERATOR)), 200);
  });

  it("[S3-16] speaks nothing below TLS 1.3 at any of its services", async () => {
    for (const { name, url } of services) {
      const answer = await ask(new URL(url), "", { maxVersion: "TLSv1.2" });
      assert.match(String(answer), /alert protocol version/, name);
    }
  });
});
