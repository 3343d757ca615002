import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  assertJoins,
  certify,
  connectMember,
  createMember,
  decodeDraft,
  decodeMemberFile,
  decodeSignatureFile,
  disconnectMember,
  draftedLedger,
  draftedNetwork,
  install,
  makeDraft,
  sealGenesis,
  signDraft,
  writeNewFile,
} from "@firmament/cli/ceremony";
import { nodeCrypto } from "@firmament/crypto";
import { isLeafOf, readAuthority } from "@firmament/crypto/certificates";
import { Replica } from "@firmament/replica";
import { Home } from "@firmament/server/home";
import { serviceFile } from "@firmament/server/tls";
import { DAY, newOrganisation, START } from "../kit/index.ts";
import { founder, fourHomes, holdsSecret, homesFolder, type OwnHome, secretsIn } from "./homes.ts";
import { testMember } from "./members.ts";

const coded = (code: string) => ({ name: "Refusal", code });
const terms = { domain: "example.org", freshness: 86_400, name: "registry" };

describe("four organisations found a ledger, each with the keys of its own home", () => {
  let folder: Awaited<ReturnType<typeof homesFolder>>;
  let homes: readonly OwnHome[] = [];
  let draftBytes: Uint8Array;
  const exchanged: Uint8Array[] = [];

  const draft = () => decodeDraft(draftBytes);

  before(async () => {
    folder = await homesFolder();
    homes = await fourHomes(folder.path);
    draftBytes = makeDraft(
      terms,
      homes.map(({ memberFile }) => decodeMemberFile(memberFile)),
    );
    exchanged.push(...homes.map(({ memberFile }) => memberFile), draftBytes);
  });

  after(() => folder[Symbol.asyncDispose]());

  it("an organisation does not sign a draft in which its name stands for other keys", async () => {
    const [alpha, bravo, charlie, delta] = homes;
    assert.ok(alpha && bravo && charlie && delta);
    const impostor = new Home(join(folder.path, "impostor"));
    const files = [alpha, charlie, delta].map(({ memberFile }) => decodeMemberFile(memberFile));
    const false1 = decodeMemberFile(await createMember(impostor, founder("bravo.example", 1)));
    const captured = decodeDraft(makeDraft(terms, [...files, false1]));
    await assert.rejects(signDraft(bravo.home, "bravo.example", captured), coded("ceremony/own-entry"));
    await assert.rejects(signDraft(alpha.home, "echo.example", captured), coded("ceremony/own-entry"));
    await signDraft(alpha.home, "alpha.example", captured);
  });

  it("all sign, each in its home, and install the same ledger", async () => {
    for (const { home, name } of homes) exchanged.push(await signDraft(home, name, draft()));
    const genesis = sealGenesis(draft(), exchanged.slice(-homes.length).map(decodeSignatureFile));
    exchanged.push(genesis);
    const network = draftedNetwork(draft());
    for (const { home, name } of homes) await install(home, { genesis, network, organisation: name });
    const roots = homes.map(({ home }) => {
      using replica = Replica.open(":memory:", nodeCrypto, readFileSync(home.genesisFile));
      assert.equal(replica.genesis.ledger, draftedLedger(draft()).ledger);
      return Buffer.from(replica.status.root).toString("hex");
    });
    assert.equal(new Set(roots).size, 1);
    const engines = homes.map(({ home, name }) =>
      readFileSync(join(home.engineFolder(name), "config", "genesis.json")),
    );
    assert.ok(engines.every((bytes) => bytes.equals(engines[0] ?? Buffer.alloc(0))));
  });

  it("a home takes part in one ledger, and no file is written over", async () => {
    const [alpha] = homes;
    assert.ok(alpha);
    const genesis = await alpha.home.genesis();
    const again = { genesis, network: await alpha.home.network(), organisation: alpha.name };
    await assert.rejects(install(alpha.home, again), coded("home/exists"));
    await assert.rejects(createMember(alpha.home, founder(alpha.name, 0)), coded("keystore/exists"));
    await assert.rejects(writeNewFile(alpha.home.genesisFile, genesis), coded("ceremony/exists"));
  });

  it("a member enters another one's addresses, and takes them out again", async () => {
    const [alpha] = homes;
    assert.ok(alpha);
    const before = await alpha.home.network();
    const { member } = await testMember(await newOrganisation("echo.example"), "127.0.0.5");
    await connectMember(alpha.home, member);
    const names = (await alpha.home.network()).nodes.map(({ organisation }) => organisation);
    assert.deepEqual(names, [...homes.map(({ name }) => name), "echo.example"]);
    await connectMember(alpha.home, { ...member, addresses: { ...member.addresses, node: "https://127.0.0.6:4704/" } });
    assert.equal((await alpha.home.network()).nodes[4]?.url, "https://127.0.0.6:4704/");
    await disconnectMember(alpha.home, "echo.example");
    assert.deepEqual(await alpha.home.network(), before);
  });

  it("a member at another one's address is not entered: no service would start again with it", async () => {
    const [alpha, bravo] = homes;
    assert.ok(alpha && bravo);
    const before = await alpha.home.network();
    const { member } = await testMember(await newOrganisation("echo.example"), "127.0.0.5");
    const { node } = decodeMemberFile(bravo.memberFile).statement.addresses;
    const squatter = { ...member, addresses: { ...member.addresses, node } };
    await assert.rejects(connectMember(alpha.home, squatter), coded("home/network"));
    assert.deepEqual(await alpha.home.network(), before);
  });

  it("whoever joins a ledger installs the genesis of no other one", async () => {
    const [alpha] = homes;
    assert.ok(alpha);
    const genesis = await alpha.home.genesis();
    const { member } = await testMember(await newOrganisation("echo.example"), "127.0.0.5");
    const joining = (ledger: string) => ({ ...member, joins: { ledger, proof: "" } });
    assertJoins(joining(draftedLedger(draft()).ledger), genesis);
    const other = joining("example.org/registry/0123456789abcdef");
    assert.throws(() => assertJoins(other, genesis), coded("ceremony/genesis"));
  });

  it("an organisation gives its services a new certificate of its same authority", async () => {
    const [alpha] = homes;
    assert.ok(alpha);
    const [before, { authority, addresses }] = [
      readFileSync(serviceFile(alpha.home, alpha.name)),
      decodeMemberFile(alpha.memberFile).statement,
    ];
    await certify(alpha.home, { addresses, name: alpha.name }, START + 60 * DAY);
    const after = readFileSync(serviceFile(alpha.home, alpha.name));
    assert.notDeepEqual(after, before);
    const issuer = readAuthority(Buffer.from(authority ?? "", "base64url"));
    const leaf = new X509Certificate(after);
    assert.deepEqual(
      [before, after].map((pem) => isLeafOf(new X509Certificate(pem), issuer, START + 100 * DAY)),
      [false, true],
    );
    assert.equal(leaf.checkIP("127.0.0.1"), "127.0.0.1");
  });

  it("no secret left a home: none of its keys is in a file that was exchanged, or in another's home", async () => {
    const secrets = await Promise.all(homes.map(secretsIn));
    for (const [i, own] of secrets.entries()) {
      // Alpha runs the author agent, bravo the register agent; all have nine keys besides.
      assert.equal(own.length, [11, 11, 9, 9][i]);
      for (const secret of own) assert.ok(!exchanged.some((bytes) => holdsSecret(bytes, secret)));
      const others = secrets.filter((each) => each !== own).flat();
      assert.ok(!own.some((secret) => others.some((other) => other.equals(secret))));
    }
    const [secret] = secrets[0] ?? [];
    assert.ok(secret);
    const leaks = [secret, Buffer.from(secret.toString("hex")), Buffer.from(`"${secret.toString("base64url")}"`)];
    for (const leak of leaks) assert.ok(holdsSecret(Buffer.concat([draftBytes, leak]), secret));
  });
});
