import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { CHARLIE, CLASS, VENDOR } from "@firmament/cli/src/start/people.ts";
import { encodeTrustFile } from "@firmament/cli/src/trust-file.ts";
import { publicKeyToPem } from "@firmament/crypto";
import { nodeUrl } from "@firmament/server/home";
import { firmament } from "../e2e/program.ts";
import { ask, eventually, isCut } from "./support/ask.ts";
import { TlsConsortium } from "./support/consortium.ts";

describe("a device of a consortium whose retrieval agent asks for certificates", () => {
  let c: TlsConsortium;
  let device = "";
  let id = "";

  const run = (...words: readonly string[]) =>
    firmament(["device", ...words, "--home", c.session.home.path, "--json"], {
      FIRMAMENT_PASSPHRASE_FILE: join(c.folder, "passphrase"),
    });
  const update = () => run("update", device);

  before(async () => {
    c = await TlsConsortium.start("certified");
    const author = await c.publish();
    device = join(c.folder, "device");
    const [trust, pem] = [join(c.folder, "trust.json"), join(c.folder, "author.pem")];
    await writeFile(trust, encodeTrustFile(c.session.genesis.trust));
    await writeFile(pem, publicKeyToPem(author.key));
    const pins = ["--trust", trust, "--author", pem];
    const made = await run("new", device, "--class", CLASS, "--vendor", "acme", ...pins);
    assert.equal(made.code, 0, made.stderr);
    ({ id } = JSON.parse(made.stdout) as { id: string });
  });
  after(() => c[Symbol.asyncDispose]());

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
    const { network } = c.session;
    const { ledger, retrieval } = network;
    assert.equal(await ask(new URL(retrieval.url), "healthz", own), 200);
    assert.ok(isCut(await ask(new URL(String(ledger)), "v1/blocks?from=1", own)));
    assert.ok(isCut(await ask(new URL(String(ledger)), "v1/transactions", own, new Uint8Array(10))));
    assert.ok(isCut(await ask(nodeUrl(network, CHARLIE), "v1/checkpoint", own)));
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
