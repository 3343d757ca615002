import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { before, describe, it } from "node:test";
import { utf8 } from "@firmament/core/bytes";
import { deviceOf, isDeviceLeaf, isLeafOf, maxAuthorityBytes, readAuthority } from "../../src/certificates/index.ts";
import {
  type Authority,
  authoritySeconds,
  issueAuthority,
  issueLeaf,
  leafSeconds,
} from "../../src/certificates/issue.ts";
import { generateKey } from "../../src/generate-key.ts";
import { publicPart } from "../../src/private-key.ts";

const NOW = 1_767_225_600;
const HOUR = 3600;
const coded = (code: string) => ({ name: "Refusal", code });

async function newAuthority(): Promise<Authority> {
  const key = await generateKey("ES256");
  return { certificate: await issueAuthority(key, NOW), key };
}

async function newLeaf(authority: Authority, hosts: readonly string[] = ["127.0.0.11"]): Promise<X509Certificate> {
  const key = publicPart(await generateKey("ES256"));
  return new X509Certificate(await issueLeaf(authority, { hosts, key, name: "alpha services", time: NOW }));
}

describe("an organisation's certificate authority", () => {
  let authority: Authority;

  before(async () => {
    authority = await newAuthority();
  });

  it("is named by its key alone, and issues leaves only", () => {
    const found = readAuthority(authority.certificate);
    assert.match(found.subject, /^CN=[0-9a-f]{64}$/);
    assert.equal(found.issuer, found.subject);
    assert.ok(found.ca);
    assert.ok(authority.certificate.length <= maxAuthorityBytes);
  });

  it("lives ten years, its leaves ninety days, both an hour earlier for clocks that are behind", async () => {
    const found = readAuthority(authority.certificate);
    assert.equal(found.validFromDate.getTime() / 1000, NOW - HOUR);
    assert.equal(found.validToDate.getTime() / 1000, NOW + authoritySeconds);
    const leaf = await newLeaf(authority);
    assert.equal(leaf.validFromDate.getTime() / 1000, NOW - HOUR);
    assert.equal(leaf.validToDate.getTime() / 1000, NOW + leafSeconds);
  });

  it("vouches for its own leaf while both are in force, and for nobody else's", async () => {
    const found = readAuthority(authority.certificate);
    const leaf = await newLeaf(authority);
    const until = NOW + leafSeconds;
    const times = [NOW - HOUR - 1, NOW - HOUR, NOW, until - 1, until].map((time) => isLeafOf(leaf, found, time));
    assert.deepEqual(times, [false, true, true, true, false]);
    const other = await newAuthority();
    assert.equal(isLeafOf(await newLeaf(other), found, NOW), false);
    assert.equal(isLeafOf(leaf, readAuthority(other.certificate), NOW), false);
    assert.equal(isLeafOf(found, found, NOW), false);
  });

  it("is refused as anything but one DER certificate of an authority", async () => {
    const leaf = await newLeaf(authority);
    const pem = utf8(readAuthority(authority.certificate).toString());
    const longer = new Uint8Array([...authority.certificate, 0]);
    const broken = Uint8Array.from(authority.certificate);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    for (const bytes of [leaf.raw, pem, longer, broken, new Uint8Array(0), new Uint8Array(maxAuthorityBytes + 1)])
      assert.throws(() => readAuthority(bytes), coded("certificate/authority"));
  });

  it("is refused, and never a fault, whichever bit of it is flipped", () => {
    const bytes = Uint8Array.from(authority.certificate);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const [at, mask] = [bit >> 3, 1 << (bit & 7)];
      bytes[at] = (bytes[at] ?? 0) ^ mask;
      assert.throws(() => readAuthority(bytes), coded("certificate/authority"), `bit ${bit}`);
      bytes[at] = (bytes[at] ?? 0) ^ mask;
    }
    readAuthority(bytes);
  });

  it("issues for names and addresses, and with none for clients only", async () => {
    const leaf = await newLeaf(authority, ["127.0.0.11", "node.alpha.example", "[::1]"]);
    assert.equal(leaf.subjectAltName, "IP Address:127.0.0.11, DNS:node.alpha.example, IP Address:0:0:0:0:0:0:0:1");
    assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    const person = await newLeaf(authority, []);
    assert.equal(person.subjectAltName, undefined);
    assert.deepEqual(person.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
  });

  it("issues for no host that is none", async () => {
    for (const host of ["https://alpha.example", "alpha.example:443", "*.example", "", "UPPER.example", "a b"])
      await assert.rejects(newLeaf(authority, [host]), coded("certificate/host"), host);
    const many = Array.from({ length: 65 }, (_, i) => `${i}.example`);
    await assert.rejects(newLeaf(authority, many), coded("certificate/host"));
  });

  it("issues for a device, as a client only, and no other leaf passes for one", async () => {
    const request = { hosts: [], key: publicPart(await generateKey("ES256")), name: "a device", time: NOW };
    const device = "-MCMaMCEWpduvOc2EMbYz2E5MAoErLqQKa6GEaP95pc";
    const leaf = new X509Certificate(await issueLeaf(authority, { ...request, device }));
    assert.equal(leaf.subjectAltName, `URI:urn:firmament:device:${device}`);
    assert.deepEqual(leaf.keyUsage, ["1.3.6.1.5.5.7.3.2"]);
    assert.deepEqual([deviceOf(leaf), isDeviceLeaf(leaf)], [device, true]);
    for (const other of [await newLeaf(authority), await newLeaf(authority, [])])
      assert.deepEqual([deviceOf(other), isDeviceLeaf(other)], [undefined, false]);
    for (const wrong of [{ device: "a, DNS:b" }, { device, hosts: ["127.0.0.11"] }])
      await assert.rejects(issueLeaf(authority, { ...request, ...wrong }), coded("certificate/device"));
  });

  it("is of a P-256 key, and issues with its own and for P-256 keys", async () => {
    await assert.rejects(issueAuthority(await generateKey("EdDSA"), NOW), coded("certificate/key"));
    const wrong = { ...authority, key: await generateKey("ES256") };
    await assert.rejects(newLeaf(wrong), coded("certificate/key"));
    const request = { hosts: [], key: publicPart(await generateKey("EdDSA")), name: "alpha", time: NOW };
    await assert.rejects(issueLeaf(authority, request), coded("certificate/key"));
  });
});
