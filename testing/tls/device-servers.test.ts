import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ServerOptions } from "node:https";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  authorityFile,
  type DeviceTransport,
  issueDeviceTls,
  openDeviceTransport,
  writeDeviceCredentials,
} from "@firmament/server/tls";
import { newSigner } from "../kit/index.ts";
import { answerOnce } from "./support/answer.ts";
import { forge, type Identity, stolenAuthority } from "./support/forge.ts";
import { addressOf, Members, time } from "./support/members.ts";

const address = addressOf("bravo.example");
const coded = (code: string) => ({ name: "Refusal", code });

describe("whom a device takes for its retrieval agent", () => {
  const url = new URL(`https://${address}:4445/`);
  let members: Members;
  let folder = "";
  let identity = "";
  let authority: X509Certificate;
  let device: DeviceTransport;
  let stolen: Identity;

  before(async () => {
    members = await Members.open();
    folder = await mkdtemp(join(tmpdir(), "firmament-tls-device-"));
    identity = await issueDeviceTls(members.home, "charlie.example", (await newSigner()).kid, time());
    authority = new X509Certificate(readFileSync(authorityFile(members.home, "bravo.example")));
    stolen = await stolenAuthority(members.home, "bravo.example");
    writeDeviceCredentials(folder, { authority, identity });
    device = await openDeviceTransport(folder, url);
  });

  after(async () => {
    await device[Symbol.asyncDispose]();
    await members[Symbol.asyncDispose]();
    await rm(folder, { force: true, recursive: true });
  });

  /** Answers at the retrieval agent's address with this identity, and asks there as the device. */
  async function askOne(server: ServerOptions): Promise<string> {
    const { asked, got } = await answerOnce(url, server, () => device.fetch(url));
    assert.equal(asked, got === "answered" ? 1 : 0);
    return got;
  }

  it("[S3-17] takes the operator's own leaf, and shows its certificate", async () => {
    const operator = await members.identity("bravo.example");
    assert.equal(await askOne(operator), "answered");
    const ca = readFileSync(authorityFile(members.home, "charlie.example"));
    assert.equal(await askOne({ ...operator, ca, rejectUnauthorized: true, requestCert: true }), "answered");
  });

  it("[S3-17] refuses another member's leaf, though it is for that very address", async () => {
    const charlie = await stolenAuthority(members.home, "charlie.example");
    assert.match(await askOne(await forge(charlie, { address })), /UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/);
  });

  it("[S3-17] refuses a leaf of the operator for another address, and one that has ended", async () => {
    assert.match(await askOne(await forge(stolen, { address: "127.0.0.1" })), /ERR_TLS_CERT_ALTNAME_INVALID/);
    const ended = await forge(stolen, { address, from: time() - 9, until: time() - 1 });
    assert.match(await askOne(ended), /CERT_HAS_EXPIRED/);
  });

  it("[S3-17] refuses a device of the operator in the agent's place", async () => {
    const pem = await issueDeviceTls(members.home, "bravo.example", (await newSigner()).kid, time());
    assert.match(await askOne({ cert: pem, key: pem }), /INVALID_PURPOSE/);
  });

  it("[S3-16] refuses an agent that speaks TLS 1.2 only", async () => {
    const operator = await members.identity("bravo.example");
    assert.match(await askOne({ ...operator, maxVersion: "TLSv1.2" }), /protocol version/);
  });

  it("asks nobody else", async () => {
    for (const other of ["http://127.0.0.1:1/", `https://${address}:4446/`])
      await assert.rejects(device.fetch(other), coded("tls/target"));
  });

  it("says what is to be done where its certificate is missing, others may read it, or it has ended", async () => {
    const other = await mkdtemp(join(folder, "other-"));
    const open = () => openDeviceTransport(other, url);
    await assert.rejects(open(), coded("tls/device"));
    writeDeviceCredentials(other, { authority, identity });
    await (await open())[Symbol.asyncDispose]();
    await chmod(join(other, "tls", "device.pem"), 0o640);
    await assert.rejects(open(), coded("tls/device"));
    const ended = await forge(stolen, { from: time() - 9, until: time() - 1 });
    writeDeviceCredentials(other, { authority, identity: ended.key + ended.cert });
    await assert.rejects(open(), coded("tls/device"));
    writeDeviceCredentials(other, { authority, identity });
    await writeFile(join(other, "tls", "authorities.pem"), stolen.cert.replace("A", "B"));
    await assert.rejects(open(), coded("tls/device"));
  });
});
