import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Home, nodeUrl } from "@firmament/server/home";
import { nodeCrypto } from "@firmament/crypto";
import { Replica } from "@firmament/replica";
import { ask } from "../src/agent-client.ts";
import { ensurePassphrase, found, type Founding } from "../src/found.ts";
import { describeImage } from "../src/image.ts";
import { waitForState } from "../src/publish.ts";
import { now, parseActor, Session } from "../src/session.ts";
import { decodeTrustFile, encodeTrustFile } from "../src/trust-file.ts";

const coded = (code: string) => ({ name: "Refusal", code });

const url = (port: number) => `http://127.0.0.1:${port}/`;
const organisations = ["acme.example", "bravo.example", "charlie.example", "delta.example"];
const founding: Founding = {
  domain: "example.org",
  name: "registry",
  organisations,
  freshness: 86_400,
  time: now(),
  network: {
    ledger: url(1),
    author: { organisation: "acme.example", url: url(2) },
    register: { organisation: "bravo.example", url: url(3) },
    retrieval: { organisation: "bravo.example", url: url(4) },
    nodes: organisations.map((organisation, i) => ({ organisation, url: url(5 + i) })),
  },
};

describe("founding a consortium on one machine", () => {
  let folder = "";
  let home: Home;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "firmament-found-"));
    home = new Home(join(folder, "home"));
    await mkdir(home.path);
    delete process.env["FIRMAMENT_PASSPHRASE_FILE"];
    await ensurePassphrase(join(folder, "passphrase"));
    await found(home, founding);
  });

  after(async () => {
    delete process.env["FIRMAMENT_PASSPHRASE_FILE"];
    await rm(folder, { force: true, recursive: true });
  });

  it("[S0-15] makes every organisation its own key files, which nobody else can read and which are encrypted", async () => {
    for (const organisation of organisations) {
      for (const file of [
        home.keyFile(organisation, "admin"),
        home.keyFile(organisation, "node"),
        home.rootKeyFile(organisation),
      ]) {
        assert.equal((await stat(file)).mode & 0o777, 0o600);
      }
    }
    const session = await Session.open(home.path);
    const kids = await Promise.all(
      organisations.map(async (organisation) => (await session.signer({ actor: "admin", organisation })).kid),
    );
    assert.equal(new Set(kids).size, organisations.length);
  });

  it("is done once", async () => {
    await assert.rejects(found(home, founding), coded("home/exists"));
  });

  it("writes a trust root that its file form keeps, signed by the founders", async () => {
    const { genesis } = await Session.open(home.path);
    const file = encodeTrustFile(genesis.trust);
    assert.equal(decodeTrustFile(file).version, 1);
    const altered = Uint8Array.from(file);
    altered[40] = (altered[40] ?? 0) ^ 1;
    assert.throws(() => decodeTrustFile(altered), { name: "Refusal" });
  });

  it("says what it misses: a home, an organisation, an actor, a file, an agent, a state in time", async () => {
    await assert.rejects(Session.open(join(folder, "nowhere")), coded("home/missing"));
    assert.throws(() => nodeUrl(founding.network, "echo.example"), coded("home/organisation"));
    assert.throws(() => parseActor("acme.example/king"), coded("cli/actor"));
    await assert.rejects(describeImage(join(folder, "nothing.bin")), coded("cli/file"));
    await assert.rejects(ask("http://127.0.0.1:9/", "register"), coded("cli/agent"));
    const session = await Session.open(home.path);
    await mkdir(dirname(home.replicaFile("acme.example")), { recursive: true });
    using _ = Replica.open(home.replicaFile("acme.example"), nodeCrypto, await home.genesis());
    await assert.rejects(waitForState(session, "acme.example", "none", ["STORED"], 0), coded("cli/waited"));
  });
});
