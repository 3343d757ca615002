import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { connect, type ConnectionOptions } from "node:tls";
import { type RunningService, startServices } from "@firmament/cli/src/start/processes.ts";
import { issueDeviceTls, serviceFile } from "@firmament/server/tls";
import { newSigner, openClassPolicy } from "../kit/index.ts";
import { type Answer, ask, eventually, isCut } from "./support/ask.ts";
import { forge, foreignAuthority, type Identity, stolenAuthority, uriOf } from "./support/forge.ts";
import { addressOf, Members, time } from "./support/members.ts";

const DAY = 86_400;
const STATUS = "healthz";
const address = addressOf("bravo.example");
const front = new URL(`https://${address}:4442/`);

/** A retrieval agent of bravo, in a process of its own, that asks devices for certificates; charlie owns devices. */
describe("who may connect to a retrieval agent that asks devices for certificates", () => {
  let members: Members;
  let service: RunningService | undefined;
  let charlie: Identity;

  before(async () => {
    members = await Members.open();
    const { consortium } = members;
    await members.writeNetwork({ retrieval: { devices: "certified", organisation: "bravo.example", url: front.href } });
    await consortium.enrolAll();
    await consortium.decide({ organisation: "alpha.example", type: "vendor.create", vendor: "acme" });
    await consortium.createClass("sensor", openClassPolicy);
    members.replica("bravo.example");
    members.follow();
    charlie = await stolenAuthority(members.home, "charlie.example");
    [service] = await startServices(members.home.path, [{ kind: "retrieval", organisation: "bravo.example" }]);
  });

  after(async () => {
    await service?.end();
    await members[Symbol.asyncDispose]();
  });

  const knock = (identity: ConnectionOptions): Promise<Answer> => ask(front, STATUS, identity);

  async function newDevice(owner: string): Promise<Identity & { readonly id: string }> {
    const { kid } = await newSigner();
    const pem = await issueDeviceTls(members.home, owner, kid, time());
    return { cert: pem, id: kid, key: pem };
  }

  it("[S3-17] takes a certified device of any active organisation, and members themselves", async () => {
    assert.equal(await knock(await newDevice("charlie.example")), 200);
    assert.equal(await knock(await newDevice("bravo.example")), 200);
    assert.equal(await knock(await members.identity("delta.example")), 200);
    const alpha = await members.transport("alpha.example");
    assert.equal((await alpha.fetch(new URL(STATUS, front))).status, 200);
  });

  it("[S3-17] refuses a device without a certificate, and one with a certificate of an unknown authority", async () => {
    assert.ok(isCut(await knock({})));
    const { id } = await newDevice("charlie.example");
    assert.ok(isCut(await knock(await forge(await foreignAuthority(), { uri: uriOf(id) }))));
  });

  it("[S3-17] refuses a device's certificate that has ended, or is not in force yet", async () => {
    const uri = uriOf((await newDevice("charlie.example")).id);
    assert.equal(await knock(await forge(charlie, { uri })), 200);
    assert.ok(isCut(await knock(await forge(charlie, { uri, from: time() - DAY, until: time() - 1 }))));
    assert.ok(isCut(await knock(await forge(charlie, { uri, from: time() + DAY, until: time() + 2 * DAY }))));
  });

  it("refuses a leaf that is a device's and a host's at once, and one whose device is none", async () => {
    const uri = uriOf((await newDevice("charlie.example")).id);
    for (const wrong of [{ address, uri }, { uri: uriOf("") }, { uri: `${uri}x` }, { uri: uri.replace("urn", "URN") }])
      assert.ok(isCut(await knock(await forge(charlie, wrong))), JSON.stringify(wrong));
  });

  it("[S3-16] speaks TLS 1.3 with devices, and no lower version", async () => {
    const device = await newDevice("charlie.example");
    assert.match(String(await knock({ ...device, maxVersion: "TLSv1.2" })), /alert protocol version/);
  });

  it("lets no device read or write at a member's front, however its mark is spelt", async () => {
    const alpha = await members.run("alpha.example");
    const device = await newDevice("alpha.example");
    const spelt = { address, uri: uriOf(device.id).replace("urn:firmament", "URN:Firmament") };
    for (const each of [device, await forge(charlie, spelt)]) {
      assert.ok(isCut(await ask(alpha.url, "v1/status", each)));
      assert.ok(isCut(await ask(alpha.url, "v1/transactions", each, new Uint8Array(10))));
    }
    assert.equal(await ask(alpha.url, "v1/status", await members.identity("bravo.example")), 200);
  });

  it("[S3-17] cuts a device off when its owner revokes it, also on a resumed session, and serves the others", async () => {
    const { admin } = members.consortium.member(2);
    const holder = await newSigner();
    const pem = await issueDeviceTls(members.home, "charlie.example", holder.kid, time());
    const [device, other] = [{ cert: pem, key: pem }, await newDevice("charlie.example")];
    await members.consortium.submit(admin, "device.enrol", { className: "sensor", groups: [], key: holder.key });
    members.follow();
    assert.equal(await knock(device), 200);
    const reached = { host: front.hostname, port: Number(front.port), rejectUnauthorized: false };
    const socket = connect({ ...device, ...reached });
    const [session] = (await once(socket, "session")) as [Buffer];
    socket.on("error", () => undefined).resume();
    const again = connect({ ...device, ...reached, session });
    await once(again, "secureConnect");
    assert.ok(again.isSessionReused());
    again.on("error", () => undefined).resume();
    const revoked = { device: holder.kid, groups: [], status: "revoked" } as const;
    await members.consortium.submit(admin, "device.update", revoked);
    members.follow();
    assert.ok(isCut(await knock(device)));
    assert.ok(isCut(await knock({ ...device, session })));
    await eventually(async () => socket.closed && again.closed);
    assert.equal(await knock(other), 200);
  });

  it("is no service: nothing starts with a device's certificate", async () => {
    await writeFile(serviceFile(members.home, "delta.example"), (await newDevice("delta.example")).cert);
    await assert.rejects(members.transport("delta.example"), { name: "Refusal", code: "tls/credentials" });
  });

  it("[S3-17] refuses the devices of a removed organisation, and serves the others'", async () => {
    const [device, other] = [await newDevice("delta.example"), await newDevice("charlie.example")];
    assert.equal(await knock(device), 200);
    await members.consortium.decide({ organisation: "delta.example", type: "organisation.remove" });
    members.follow();
    assert.ok(isCut(await knock(device)));
    assert.equal(await knock(other), 200);
  });
});
