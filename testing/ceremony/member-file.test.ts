import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeMemberFile, encodeMemberFile, type Member } from "@firmament/cli/ceremony";
import { toBase64url } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import { newOrganisation, newSigner } from "../kit/index.ts";
import { type TestMember, testMember } from "./members.ts";

const coded = (code: string) => ({ name: "Refusal", code });

async function alpha(changes: Partial<Member> = {}): Promise<TestMember> {
  return testMember(await newOrganisation("alpha.example"), "127.0.0.1", changes);
}

const written = ({ member, signers }: TestMember) => encodeMemberFile(member, signers);

test("a member file says what the organisation signed with each of its keys", async () => {
  const made = await alpha();
  const { proofs, statement } = decodeMemberFile(await written(made));
  assert.deepEqual(statement, made.member);
  assert.deepEqual(
    proofs.map(({ kid }) => kid),
    made.signers.map(({ kid }) => kid).sort(),
  );
});

test("whatever is altered in it breaks the proofs", async () => {
  const bytes = await written(await alpha());
  const { proofs, statement } = decodeMemberFile(bytes);
  const stranger = await newOrganisation("echo.example");
  const changes: readonly Partial<Member>[] = [
    { name: "bravo.example" },
    { addresses: { ...statement.addresses, node: "https://127.0.0.9:4704/" } },
    { cosigner: { ...statement.cosigner, until: statement.cosigner.until + 1 } },
    { time: statement.time + 1 },
    { root: stranger.root.key },
  ];
  for (const change of changes) {
    const altered = canonicalBytes({ proofs, statement: { ...statement, ...change } });
    assert.throws(() => decodeMemberFile(altered), coded("ceremony/proof"), JSON.stringify(change));
  }
});

test("an address is https and has one spelling, without anything that a terminal would obey", async () => {
  for (const node of [
    "http://127.0.0.1:4704/",
    "https://127.0.0.1:443/",
    "https://Node.example/",
    "https://user@node.example/",
    "https://node.example/path/",
    "https://node.example/?x/",
    "https://node.example/\u001b[2K/",
  ]) {
    const bytes = await written(await alpha({ addresses: { node } }));
    assert.throws(() => decodeMemberFile(bytes), coded("ceremony/address"), node);
  }
});

test("each key proves itself once, and no other does", async () => {
  const made = await alpha();
  const stranger = await newSigner();
  const wrong: readonly (readonly (typeof stranger)[])[] = [
    made.signers.slice(1),
    [...made.signers.slice(1), stranger],
    [...made.signers.slice(0, 3)],
  ];
  for (const signers of wrong) {
    const bytes = await encodeMemberFile(made.member, signers);
    assert.throws(() => decodeMemberFile(bytes), coded("ceremony/proof"));
  }
  const surplus = await encodeMemberFile(made.member, [...made.signers, stranger]);
  assert.throws(() => decodeMemberFile(surplus), coded("codec/value"));
});

test("a key has one purpose", async () => {
  const organisation = await newOrganisation("alpha.example");
  const made = await testMember(organisation, "127.0.0.1", { root: organisation.cosigner.key });
  const signers = made.signers.filter((signer) => signer !== organisation.root);
  const bytes = await encodeMemberFile(made.member, signers);
  assert.throws(() => decodeMemberFile(bytes), coded("ceremony/proof"));
});

test("nobody states another organisation's certificate authority as its own", async () => {
  const made = await alpha();
  const { authority = "" } = (await alpha()).member;
  const copied = await encodeMemberFile({ ...made.member, authority }, made.signers);
  assert.throws(() => decodeMemberFile(copied), coded("ceremony/proof"));
  const none = await encodeMemberFile({ ...made.member, authority: toBase64url(new Uint8Array(100)) }, made.signers);
  assert.throws(() => decodeMemberFile(none), coded("certificate/authority"));
});
