import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  beginRotation,
  createMember,
  decodeMemberFile,
  decodeSignatureFile,
  decodeTrustDraft,
  encodeTrustDraft,
  endRotations,
  heldKeys,
  makeDraft,
  type Member,
  nextTrust,
  restate,
  signTrustDraft,
} from "@firmament/cli/ceremony";
import { decodeDraft, draftedLedger } from "@firmament/cli/ceremony";
import { decodeTrustRoot, type TrustRoot } from "@firmament/core/trust";
import { nodeCrypto, passphraseFromEnvironment } from "@firmament/crypto";
import { Home } from "@firmament/server/home";
import { newOrganisation, START } from "../kit/index.ts";
import { founder, homesFolder } from "./homes.ts";
import { testMember, testMemberFile } from "./members.ts";

const coded = (code: string) => ({ name: "Refusal", code });
const NAME = "alpha.example";

describe("an organisation rotates its root key and its cosigner key", () => {
  let folder: Awaited<ReturnType<typeof homesFolder>>;
  let home: Home;
  let passphrase: Uint8Array;
  let first: Member;
  let trust: TrustRoot;

  before(async () => {
    folder = await homesFolder();
    home = new Home(join(folder.path, "alpha"));
    passphrase = await passphraseFromEnvironment();
    const own = decodeMemberFile(await createMember(home, founder(NAME, 0)));
    first = own.statement;
    const others = ["bravo.example", "charlie.example", "delta.example"].map(async (name, i) => {
      const { member, signers } = await testMember(await newOrganisation(name), `127.0.0.${i + 2}`);
      const addresses = { ...member.addresses, ...(i === 0 ? founder(name, 1).addresses : {}) };
      return testMemberFile({ member: { ...member, addresses }, signers });
    });
    const terms = { domain: "example.org", freshness: 86_400, name: "registry" };
    const draft = decodeDraft(makeDraft(terms, [own, ...(await Promise.all(others))]));
    trust = decodeTrustRoot(nodeCrypto, draftedLedger(draft).trust);
  });

  after(() => folder[Symbol.asyncDispose]());

  it("makes new keys beside the old ones, states them, and adopts them once the trust root names them", async () => {
    for (const purpose of ["root", "cosigner"] as const) await beginRotation(home, NAME, purpose, passphrase);
    const { roots: before } = await heldKeys(home, NAME, passphrase);
    await beginRotation(home, NAME, "root", passphrase);
    assert.deepEqual(
      (await heldKeys(home, NAME, passphrase)).roots.map(({ kid }) => kid),
      before.map(({ kid }) => kid),
    );
    await assert.rejects(endRotations(home, NAME, { inForce: trust.document, passphrase }), coded("ceremony/pending"));

    const restated = await restate(home, { addresses: first.addresses, name: NAME, time: START + 9 });
    const { statement: renewed } = decodeMemberFile(restated);
    assert.deepEqual(renewed.admin, first.admin);
    for (const [now, then] of [
      [renewed.root, first.root],
      [renewed.cosigner.key, first.cosigner.key],
    ])
      assert.notDeepEqual(now, then);

    const next = nextTrust(trust, { add: [], remove: [], replace: [renewed] });
    const draft = decodeTrustDraft(encodeTrustDraft({ before: trust, next }));
    const { signatures } = decodeSignatureFile(await signTrustDraft(home, NAME, { draft, passphrase }));
    const { roots } = await heldKeys(home, NAME, passphrase);
    assert.deepEqual(
      signatures.map(({ kid }) => kid),
      roots.map(({ kid }) => kid).sort(),
    );

    assert.deepEqual(await endRotations(home, NAME, { inForce: next.document, passphrase }), ["cosigner", "root"]);
    const held = await heldKeys(home, NAME, passphrase);
    assert.deepEqual([held.roots.length, held.cosigners.length], [1, 1]);
    assert.deepEqual([held.roots[0]?.key, held.cosigners[0]?.key], [renewed.root, renewed.cosigner.key]);
    const keys = await home.keys(NAME, "node");
    assert.deepEqual(keys("cosigner").key, renewed.cosigner.key);
    keys("transaction");
  });

  it("does not sign a trust root in which its name stands for other keys, or that asks for none of its own", async () => {
    const { statement: held } = decodeMemberFile(
      await restate(home, { addresses: first.addresses, name: NAME, time: START + 10 }),
    );
    const before = nextTrust(trust, { add: [], remove: [], replace: [held] });
    const stranger = (await testMember(await newOrganisation(NAME), "127.0.0.9")).member;
    const captured = { before, next: nextTrust(before, { add: [], remove: [], replace: [stranger] }) };
    await assert.rejects(signTrustDraft(home, NAME, { draft: captured, passphrase }), coded("ceremony/own-entry"));
    const without = nextTrust(before, { add: [], remove: [NAME], replace: [] });
    const later = { before: without, next: nextTrust(without, { add: [], remove: [], replace: [] }) };
    await assert.rejects(signTrustDraft(home, NAME, { draft: later, passphrase }), coded("ceremony/signature"));
    await signTrustDraft(home, NAME, { draft: { before, next: without }, passphrase });
  });
});
