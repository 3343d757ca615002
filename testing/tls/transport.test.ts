import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, it } from "node:test";
import { authorityFile, issueOrganisationTls, serviceFile, type Transport } from "@firmament/server/tls";
import { eventually } from "./support/ask.ts";
import { forge, stolenAuthority } from "./support/forge.ts";
import { addressOf, Members, time } from "./support/members.ts";

const STATUS = "v1/status";
const coded = (code: string) => ({ name: "Refusal", code });

describe("one organisation's transport", () => {
  let members: Members;

  beforeEach(async () => {
    members = await Members.open();
  });

  afterEach(() => members[Symbol.asyncDispose]());

  const status = async (from: Transport, url: URL) => (await from.fetch(new URL(STATUS, url))).status;

  it("keeps its connections: many requests in turn need two at most", async () => {
    const alpha = await members.run("alpha.example");
    const bravo = await members.transport("bravo.example");
    for (let i = 0; i < 20; i++) await (await bravo.fetch(new URL(STATUS, alpha.url))).arrayBuffer();
    assert.ok(alpha.connections() <= 2, `${alpha.connections()} connections`);
  });

  it("believes the genesis's authorities while it has no replica", async () => {
    const alpha = await members.run("alpha.example");
    assert.equal((await (await members.transport("bravo.example")).fetch(new URL(STATUS, alpha.url))).status, 200);
  });

  it("carries transactions and blocks between organisations' ledger fronts", async () => {
    const { consortium } = members;
    const alpha = await members.run("alpha.example");
    const bravo = await members.run("bravo.example");
    const { admin, approver } = consortium.member(1);
    consortium.now = time();
    const bytes = await consortium.transaction(admin, "identity.enrol", { key: approver.key, roles: ["approver"] });
    const receipt = await bravo.ledgerOf("alpha.example").submit(bytes);
    assert.equal(receipt.height, 1);
    for await (const block of bravo.ledgerOf("alpha.example").blocks(1)) {
      assert.deepEqual(block.transactions, [bytes]);
      break;
    }
    assert.equal((await alpha.ledgerOf("bravo.example").status()).height, 0);
  });

  it("keeps a suspended organisation's own services together, and lets them back in", async () => {
    const { consortium } = members;
    const alpha = await members.run("alpha.example");
    const delta = await members.run("delta.example");
    await consortium.decide({ organisation: "delta.example", type: "organisation.suspend" });
    members.follow();
    const own = await members.transport("delta.example");
    assert.equal(await status(own, delta.url), 200);
    await assert.rejects(status(own, alpha.url));
    await assert.rejects(
      eventually(async () => (await status(alpha.transport, delta.url)) !== 200),
      (cause: Error) => {
        return "code" in cause && cause.code === "tls/authority";
      },
    );
    await consortium.decide({ organisation: "delta.example", type: "organisation.reinstate" });
    members.follow();
    await eventually(async () => (await status(own, alpha.url).catch(() => 0)) === 200);
  });

  it("shows a new leaf of its own without a restart", async () => {
    const alpha = await members.run("alpha.example");
    const wrong = await forge(await stolenAuthority(members.home, "alpha.example"), { address: "127.0.0.1" });
    // A transport of its own for each request: none keeps a connection.
    const answers = async () => status(await members.transport("bravo.example"), alpha.url).catch(() => 0);
    assert.equal(await answers(), 200);
    await writeFile(serviceFile(members.home, "alpha.example"), wrong.key + wrong.cert, { mode: 0o600 });
    await eventually(async () => (await answers()) === 0);
    await issueOrganisationTls(members.home, "alpha.example", [addressOf("alpha.example")], time());
    await eventually(async () => (await answers()) === 200);
  });

  it("goes on with its last leaf where the new one cannot be read, and says so", async () => {
    const alpha = await members.run("alpha.example");
    const bravo = await members.transport("bravo.example");
    await writeFile(serviceFile(members.home, "alpha.example"), "nothing");
    assert.equal(await status(bravo, alpha.url), 200);
    await eventually(async () => members.logged.includes("alpha.example tls stale"));
  });

  it("does not start with credentials that others would refuse, or may read", async () => {
    const { home } = members;
    const file = serviceFile(home, "bravo.example");
    const good = await readFile(file, "utf8");
    const stolen = await stolenAuthority(home, "bravo.example");
    const expired = await forge(stolen, { address: "127.0.0.1", from: time() - 9, until: time() - 1 });
    const foreign = await members.identity("alpha.example");
    const other = await forge(stolen, { address: "127.0.0.1" });
    for (const text of [
      "",
      "no PEM",
      expired.key + expired.cert,
      foreign.cert,
      other.key + good.slice(good.indexOf("-----BEGIN C")),
    ]) {
      await writeFile(file, text);
      await assert.rejects(members.transport("bravo.example"), coded("tls/credentials"));
    }
    await writeFile(file, good);
    await chmod(file, 0o640);
    await assert.rejects(members.transport("bravo.example"), coded("tls/credentials"));
    await chmod(file, 0o600);
    await writeFile(authorityFile(home, "bravo.example"), stolen.cert.replace("A", "B"));
    await assert.rejects(members.transport("bravo.example"), coded("tls/credentials"));
  });

  it("asks nobody who is not in network.json, and nobody without an authority", async () => {
    const bravo = await members.transport("bravo.example");
    await assert.rejects(bravo.fetch("https://127.0.0.1:1/"), coded("tls/target"));
    await members.writeNetwork({
      ledger: "https://127.0.0.1:1/",
      nodes: [{ organisation: "echo.example", url: "https://127.0.0.1:2/" }],
    });
    const late = await members.transport("bravo.example");
    await assert.rejects(late.fetch("https://127.0.0.1:2/"), coded("tls/authority"));
  });

  it("takes no network.json in which two organisations share an address", async () => {
    const url = members.urlOf("alpha.example").href;
    await members.writeNetwork({ retrieval: { organisation: "charlie.example", url } });
    await assert.rejects(members.transport("bravo.example"), coded("home/network"));
  });

  it("speaks plain HTTP to this machine only", async () => {
    const bravo = await members.transport("bravo.example");
    for (const url of ["http://192.0.2.1/", "http://127.0.0.1.example.org/", "http://[::2]/"]) {
      await assert.rejects(bravo.fetch(url), coded("home/plaintext"), url);
      await members.writeNetwork({ ledger: url });
      await assert.rejects(members.home.network(), coded("home/plaintext"), url);
    }
    for (const ledger of ["http://127.0.0.1/", "http://localhost:80/", "http://[::1]/"]) {
      await members.writeNetwork({ ledger });
      assert.equal((await members.home.network()).ledger, ledger);
    }
  });
});
