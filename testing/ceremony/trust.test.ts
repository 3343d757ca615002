import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertEnrolledAdmins,
  assertInForce,
  changeLines,
  countSignatures,
  decodeSignatureFile,
  decodeTrustDraft,
  draftReport,
  encodeSignatureFile,
  encodeTrustDraft,
  gather,
  type Member,
  nextTrust,
  trustInForce,
} from "@firmament/cli/ceremony";
import { signTrust } from "@firmament/agents/signing";
import { fromBase64url, fromUtf8 } from "@firmament/core/bytes";
import type { Signer } from "@firmament/core/keys";
import { canonicalBytes } from "@firmament/core/codec";
import { tables } from "@firmament/core/registry";
import { decodeTrustRoot, type TrustDocument, type TrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import type { Receipt } from "@firmament/replica";
import { recosigned, withoutSpares } from "../bundle/support/scenes.ts";
import { assertInstalls, assertRefused } from "../bundle/support/verdicts.ts";
import { Consortium, newOrganisation, newSigner, START, type TestOrganisation } from "../kit/index.ts";
import { propose, refused } from "../registry/support.ts";
import { testMember } from "./members.ts";

const coded = (code: string) => ({ name: "Refusal", code });
const nothing = { add: [], remove: [], replace: [] };

const inForce = (c: Consortium): TrustRoot => trustInForce(c.replica.database);

const memberOf = async (organisation: TestOrganisation): Promise<Member> =>
  (await testMember(organisation, "127.0.0.9")).member;

/** A signature file as this root key's holder makes it at home. */
const signatureFile = async (next: TrustRoot, root: Signer) =>
  decodeSignatureFile(encodeSignatureFile(next, [await signTrust(nodeCrypto, root, next.bytes)]));

/** Submits what these root keys signed, as the first administrator, without the checks that come before. */
async function submit(c: Consortium, next: TrustRoot, roots: readonly Signer[]): Promise<Receipt> {
  const files = await Promise.all(roots.map((root) => signatureFile(next, root)));
  const signatures = files.flatMap((each) => each.signatures).sort((a, b) => (a.kid < b.kid ? -1 : 1));
  return c.submit(c.member(0).admin, "trust.next", { document: fromUtf8(next.bytes), signatures });
}

const rootsOf = (c: Consortium, by: readonly number[]): readonly Signer[] => by.map((i) => c.member(i).root);

test("an organisation that was admitted joins the trust root, and its cosignature counts", async () => {
  using c = await Consortium.ready();
  const echo = await newOrganisation("echo.example");
  await propose(c, { admin: echo.admin.key, organisation: echo.name, type: "organisation.admit" }, [0, 1, 2]);
  const member = await memberOf(echo);
  assertEnrolledAdmins(c.replica.database, [member]);
  const next = nextTrust(inForce(c), { ...nothing, add: [member] });
  assert.deepEqual(
    [next.document.organisations.length, next.document.threshold, next.document.rootThreshold],
    [5, 4, 4],
  );
  const receipt = await submit(c, next, [...rootsOf(c, [0, 1, 2]), echo.root]);
  assert.deepEqual(receipt.result, { trust: 2 });
  assert.equal(inForce(c).digest, next.digest);
});

test("[S0-30] a removed organisation's cosignature counts no more after the next trust root", async () => {
  using c = await Consortium.ready();
  const device = c.device();
  await c.publish();
  await c.cosign();
  const before = { bytes: await recosigned(c, c.bundle(), [1, 2, 3]), device, now: c.now };
  assertInstalls("1.0.0", before);
  await propose(c, { organisation: "delta.example", type: "organisation.remove" }, [0, 1, 2]);
  const next = nextTrust(inForce(c), { ...nothing, remove: ["delta.example"] });
  await submit(c, next, rootsOf(c, [0, 1, 2]));
  await c.cosign([0, 1, 2]);
  const bytes = await withoutSpares(c, c.bundle());
  assertInstalls("1.0.0", { bytes, device, now: c.now });
  assertRefused("bundle/cosigner-unknown", { bytes: await recosigned(c, bytes, [1, 2, 3]), device, now: c.now });
});

test("a root key and a cosigner key are replaced, and the old ones sign nothing more", async () => {
  using c = await Consortium.ready();
  const device = c.device();
  await c.publish();
  const bravo = c.member(1);
  const renewed = { ...bravo, cosigner: await newSigner(), root: await newSigner() };
  const member = await memberOf(renewed);
  assertEnrolledAdmins(c.replica.database, [member]);
  const next = nextTrust(inForce(c), { ...nothing, replace: [member] });
  const lines = changeLines(inForce(c), next).join("\n");
  for (const { kid } of [renewed.root, bravo.root, renewed.cosigner, bravo.cosigner]) assert.ok(lines.includes(kid));
  await submit(c, next, [...rootsOf(c, [0, 1, 2]), renewed.root]);
  await c.cosign([0, 2, 3]);
  const given = { bytes: c.bundle(), device, now: c.now };
  assertRefused("bundle/cosigner-unknown", { ...given, bytes: await recosigned(c, given.bytes, [0, 1, 2]) });
  const later = nextTrust(inForce(c), { ...nothing, freshness: 3600 });
  await refused(c, "trust/signature", () => submit(c, later, rootsOf(c, [0, 1, 2])));
  await submit(c, later, [...rootsOf(c, [0, 2]), renewed.root]);
});

test("too few signatures of the old or of the new root keys are refused, and counted beforehand", async () => {
  using c = await Consortium.ready();
  const before = inForce(c);
  const renewed = await Promise.all(
    [0, 1].map(async (i) => ({ ...c.member(i), cosigner: await newSigner(), root: await newSigner() })),
  );
  const next = nextTrust(before, { ...nothing, replace: await Promise.all(renewed.map(memberOf)) });
  const newRoots = renewed.map(({ root }) => root);
  await refused(c, "trust/old-quorum", () => submit(c, next, [...rootsOf(c, [2, 3]), ...newRoots]));
  await refused(c, "trust/new-quorum", () => submit(c, next, rootsOf(c, [0, 1, 2, 3])));
  const signed = await Promise.all(rootsOf(c, [1, 2]).map((root) => signTrust(nodeCrypto, root, next.bytes)));
  assert.deepEqual(countSignatures(before, signed), {
    missing: ["alpha.example", "delta.example"],
    needed: 3,
    signed: ["bravo.example", "charlie.example"],
  });
  assert.deepEqual(countSignatures(next, signed).signed, ["charlie.example"]);
  await submit(c, next, [...rootsOf(c, [0, 1, 2]), ...newRoots]);
});

test("a false signature, a stranger's and one of another document are refused when they are collected", async () => {
  using c = await Consortium.ready();
  const before = inForce(c);
  const renewed = { ...c.member(0), root: await newSigner() };
  const next = nextTrust(before, { ...nothing, replace: [await memberOf(renewed)] });
  const [alpha, bravo] = rootsOf(c, [0, 1]);
  assert.ok(alpha && bravo);
  const files = await Promise.all([alpha, bravo, renewed.root].map((root) => signatureFile(next, root)));
  const kids = gather(next, files, before).map(({ kid }) => kid);
  assert.deepEqual(kids, [alpha.kid, bravo.kid, renewed.root.kid].sort());
  // What charlie would hand in to have bravo's true signature dropped.
  const [ofCharlie] = (await signatureFile(next, c.member(2).root)).signatures;
  const forged = encodeSignatureFile(next, [{ kid: bravo.kid, signature: fromBase64url(ofCharlie?.signature ?? "") }]);
  const stranger = await signatureFile(next, await newSigner());
  const other = await signatureFile(before, bravo);
  for (const file of [decodeSignatureFile(forged), stranger, other])
    assert.throws(() => gather(next, [...files, file], before), coded("ceremony/signature"));
  assert.throws(() => gather(next, files), coded("ceremony/signature"), "alpha's old key is no key of the new one");
});

test("a draft follows the trust root in force, and no other", async () => {
  using c = await Consortium.ready();
  const first = inForce(c);
  const next = nextTrust(first, { ...nothing, freshness: 3600 });
  const other = nextTrust(first, { ...nothing, freshness: 7200 });
  const read = decodeTrustDraft(encodeTrustDraft({ before: first, next }));
  assert.deepEqual([read.before.digest, read.next.digest], [first.digest, next.digest]);
  const skipped = { before: first, next: nextTrust(next, nothing) };
  assert.throws(() => decodeTrustDraft(encodeTrustDraft(skipped)), coded("ceremony/in-force"));
  const strange = { before: next, next: nextTrust(other, nothing) };
  assert.throws(() => decodeTrustDraft(encodeTrustDraft(strange)), coded("ceremony/in-force"));
  await submit(c, next, rootsOf(c, [0, 1, 2]));
  assertInForce(next, c.replica.database);
  assert.throws(() => assertInForce(first, c.replica.database), coded("ceremony/in-force"));
  await refused(c, "trust/version", () => submit(c, other, rootsOf(c, [0, 1, 2])));
  await refused(c, "trust/previous", () => submit(c, strange.next, rootsOf(c, [0, 1, 2])));
});

test("a draft that hides its change behind a trust root that never was names that one", async () => {
  using c = await Consortium.ready();
  const stolen = { ...c.member(1), cosigner: await newSigner() };
  const made = nextTrust(inForce(c), { ...nothing, replace: [await memberOf(stolen)] });
  const { lines } = draftReport({ before: made, next: nextTrust(made, nothing) }, []);
  assert.ok(lines.some((line) => line.includes("nothing changes")));
  assert.ok(lines.some((line) => line.includes(made.digest)));
  assert.throws(() => assertInForce(made, c.replica.database), coded("ceremony/in-force"));
});

test("a member file that nobody of the organisation signed changes nothing", async () => {
  using c = await Consortium.ready();
  const impostor = await memberOf(await newOrganisation("bravo.example"));
  assert.throws(() => assertEnrolledAdmins(c.replica.database, [impostor]), coded("ceremony/stranger"));
  const borrowed = await memberOf({ ...c.member(0), name: "bravo.example" });
  assert.throws(() => assertEnrolledAdmins(c.replica.database, [borrowed]), coded("ceremony/stranger"));
  const approver = await memberOf({ ...c.member(1), admin: c.member(1).approver });
  assert.throws(() => assertEnrolledAdmins(c.replica.database, [approver]), coded("ceremony/stranger"));
  await c.submit(c.member(1).admin, "identity.revoke", { identity: c.member(1).admin.kid });
  const revoked = await memberOf(c.member(1));
  assert.throws(() => assertEnrolledAdmins(c.replica.database, [revoked]), coded("ceremony/stranger"));
  assert.equal(c.record(tables.ledger)?.trust, 1);
});

test("changes name organisations that are in the trust root, each once", async () => {
  using c = await Consortium.ready();
  const before = inForce(c);
  const [alpha, echo] = [await memberOf(c.member(0)), await memberOf(await newOrganisation("echo.example"))];
  for (const change of [
    { ...nothing, add: [alpha] },
    { ...nothing, replace: [echo] },
    { ...nothing, remove: ["echo.example"] },
    { ...nothing, remove: ["alpha.example"], replace: [alpha] },
  ])
    assert.throws(() => nextTrust(before, change), coded("cli/usage"));
  assert.throws(() => nextTrust(before, { ...nothing, threshold: 2 }), coded("trust/threshold"));
});

test("whatever two trust roots differ in is said in words", async () => {
  using c = await Consortium.ready();
  const before = inForce(c);
  const [first, ...others] = before.document.organisations;
  const [ledger] = before.document.ledgers;
  assert.ok(first && ledger);
  const { genesis: _genesis, ...kept } = before.document;
  const said = (changes: Partial<TrustDocument>) => {
    const next = { ...kept, previous: before.digest, version: 2, ...changes };
    return changeLines(before, decodeTrustRoot(nodeCrypto, canonicalBytes(next)));
  };
  assert.deepEqual(said({}), ["nothing changes but the version"]);
  const key = (await newSigner()).key;
  assert.ok(key.kty === "OKP");
  const changes: readonly Partial<TrustDocument>[] = [
    { consistency: true },
    { faults: 0 },
    { freshness: 3600 },
    { ledgers: [{ id: ledger.id, successor: "example.org/next/0123456789abcdef" }] },
    { organisations: [{ ...first, root: key }, ...others] },
    { organisations: [{ ...first, cosigners: [...first.cosigners, { key, until: START }] }, ...others] },
    { organisations: [{ ...first, cosigners: first.cosigners.map((each) => ({ ...each, until: 1 })) }, ...others] },
    { restart: true },
    { rootThreshold: 4 },
    { threshold: 4 },
  ];
  for (const change of changes) {
    const lines = said(change);
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.notDeepEqual(lines, ["nothing changes but the version"]);
  }
});

test("new ends of delegations and new thresholds stand as they were asked for", async () => {
  using c = await Consortium.ready();
  const until = START + 5000;
  const { document } = nextTrust(inForce(c), { ...nothing, freshness: 3600, rootThreshold: 4, threshold: 4, until });
  assert.ok(document.organisations.every(({ cosigners }) => cosigners.every((each) => each.until === until)));
  assert.deepEqual([document.threshold, document.rootThreshold, document.freshness], [4, 4, 3600]);
});
