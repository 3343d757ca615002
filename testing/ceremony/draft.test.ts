import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertSealed,
  decodeDraft,
  decodeSignatureFile,
  type Draft,
  draftedLedger,
  draftedNetwork,
  draftLines,
  encodeSignatureFile,
  makeDraft,
  type Member,
  type MemberFile,
  sealGenesis,
} from "@firmament/cli/ceremony";
import { signTrust } from "@firmament/agents/signing";
import { canonicalBytes } from "@firmament/core/codec";
import { decodeGenesis } from "@firmament/core/registry";
import { decodeTrustRoot, type TrustRoot } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { newOrganisation, START, type TestOrganisation } from "../kit/index.ts";
import { testMember, testMemberFile } from "./members.ts";

const coded = (code: string) => ({ name: "Refusal", code });
const terms = { domain: "example.org", freshness: 86_400, name: "registry" };

type Addresses = Member["addresses"];

function agentsOf(index: number, host: string): Partial<Addresses> {
  if (index === 0) return { author: `https://${host}:4701/` };
  return index === 1 ? { register: `https://${host}:4702/`, retrieval: `https://${host}:4703/` } : {};
}

interface Founders {
  readonly organisations: readonly TestOrganisation[];
  readonly files: readonly MemberFile[];
}

/** Four founders, the last of them a minute after the first. */
async function founders(change: (index: number) => Partial<Member> = () => ({})): Promise<Founders> {
  const names = ["alpha.example", "bravo.example", "charlie.example", "delta.example"];
  const organisations = await Promise.all(names.map(newOrganisation));
  const files = organisations.map(async (organisation, i) => {
    const host = `127.0.0.${i + 1}`;
    const { member, signers } = await testMember(organisation, host, { time: START + 20 * i });
    const addresses = { ...member.addresses, ...agentsOf(i, host) };
    return testMemberFile({ member: { ...member, addresses, ...change(i) }, signers });
  });
  return { files: await Promise.all(files), organisations };
}

const rootOf = (draft: Draft): TrustRoot => decodeTrustRoot(nodeCrypto, draftedLedger(draft).trust);

async function signature({ root }: TestOrganisation, document: TrustRoot) {
  return decodeSignatureFile(encodeSignatureFile(document, [await signTrust(nodeCrypto, root, document.bytes)]));
}

test("the same members make the same genesis, in whatever order they come", async () => {
  const { files } = await founders();
  const bytes = makeDraft(terms, files);
  assert.deepEqual(makeDraft(terms, files.toReversed()), bytes);
  const { genesis } = decodeDraft(bytes);
  assert.equal(genesis.time, START + 60);
  assert.deepEqual([genesis.trust.threshold, genesis.trust.rootThreshold, genesis.trust.faults], [3, 3, 1]);
  assert.notDeepEqual(makeDraft({ ...terms, freshness: 3600 }, files), bytes);
});

test("what people read before they sign names the ledger, its fingerprint and every key", async () => {
  const { files, organisations } = await founders();
  const draft = decodeDraft(makeDraft(terms, files));
  const text = draftLines(draft).join("\n");
  assert.ok(text.includes(draftedLedger(draft).ledger));
  for (const { admin, cosigner, name, peer, root, validator } of organisations)
    for (const part of [name, admin.kid, cosigner.kid, root.kid, validator.kid, peer]) assert.ok(text.includes(part));
});

test("a draft says of an organisation what its member file says, and nothing else", async () => {
  const { files } = await founders();
  const { genesis, members, type } = decodeDraft(makeDraft(terms, files));
  const foreign = (await founders()).files;
  const [, bravo] = genesis.organisations;
  const altered: readonly unknown[] = [
    { genesis, members: [...members.slice(0, 3), foreign[3]], type },
    { genesis, members: members.slice(0, 3), type },
    { genesis: { ...genesis, time: genesis.time + 1 }, members, type },
    {
      genesis: {
        ...genesis,
        organisations: genesis.organisations.map((each) =>
          each === bravo ? { ...each, admin: genesis.trust.organisations[0]?.root } : each,
        ),
      },
      members,
      type,
    },
  ];
  const reversed = canonicalBytes({ genesis, members: members.toReversed(), type });
  assert.throws(() => decodeDraft(reversed), coded("codec/value"));
  for (const value of altered)
    assert.throws(
      () => decodeDraft(canonicalBytes(value)),
      coded("ceremony/draft"),
      JSON.stringify(value).slice(0, 90),
    );
});

test("members agree who runs what, at addresses of their own", async () => {
  const twice = await founders((i) => (i < 2 ? {} : { addresses: { node: "https://127.0.0.9:4704/" } }));
  assert.throws(() => makeDraft(terms, twice.files), coded("ceremony/members"));
  const noAuthor = await founders();
  assert.throws(() => makeDraft(terms, noAuthor.files.slice(1)), coded("ceremony/members"));
  const second = await founders();
  const echo = await testMember(await newOrganisation("echo.example"), "127.0.0.5");
  const addresses = { ...echo.member.addresses, author: "https://127.0.0.5:4701/" };
  const both = [...second.files, await testMemberFile({ ...echo, member: { ...echo.member, addresses } })];
  assert.throws(() => makeDraft(terms, both), coded("ceremony/members"));
  const { node: _node, ...bare } = echo.member;
  const signers = echo.signers.filter((signer) => signer.kid !== echo.signers[3]?.kid);
  const mixed = [...second.files, await testMemberFile({ member: bare, signers })];
  assert.throws(() => makeDraft(terms, mixed), coded("ceremony/members"));
});

test("a replicated ledger's network has every member's front and peer", async () => {
  const { files } = await founders();
  const network = draftedNetwork(decodeDraft(makeDraft(terms, files)));
  assert.equal(network.ledger, undefined);
  assert.deepEqual(network.nodes[3], {
    ledger: "https://127.0.0.4:4700/",
    organisation: "delta.example",
    peer: "127.0.0.4:26656",
    url: "https://127.0.0.4:4704/",
  });
  assert.equal(network.register.organisation, "bravo.example");
});

test("a genesis has the signature of every founder, where a threshold would do for the ledger", async () => {
  const { files, organisations } = await founders();
  const draft = decodeDraft(makeDraft(terms, files));
  const root = rootOf(draft);
  const signed = await Promise.all(organisations.map((organisation) => signature(organisation, root)));
  assert.throws(() => sealGenesis(draft, signed.slice(1)), coded("ceremony/unsigned"));
  const genesis = sealGenesis(draft, signed);
  assert.equal(decodeGenesis(nodeCrypto, genesis).ledger, draftedLedger(draft).ledger);
  assertSealed(draft, genesis);
  const few = decodeGenesis(nodeCrypto, genesis);
  const fewer = canonicalBytes({
    genesis: (JSON.parse(Buffer.from(genesis).toString()) as { genesis: string }).genesis,
    signatures: few.trust.signatures
      .slice(1)
      .map(({ kid, signature: bytes }) => ({ kid, signature: Buffer.from(bytes).toString("base64url") })),
  });
  assert.throws(() => assertSealed(draft, fewer), coded("ceremony/genesis"));
});

test("a signature is for one draft, by root keys of its founders, and true", async () => {
  const { files, organisations } = await founders();
  const [draft, other] = [terms, { ...terms, name: "other" }].map((each) => decodeDraft(makeDraft(each, files)));
  assert.ok(draft && other);
  const signed = await Promise.all(organisations.map((organisation) => signature(organisation, rootOf(draft))));
  assert.throws(() => sealGenesis(other, signed), coded("ceremony/signature"));
  const stranger = await newOrganisation("echo.example");
  const surplus = await signature(stranger, rootOf(draft));
  assert.throws(() => sealGenesis(draft, [...signed, surplus]), coded("ceremony/signature"));
  const [first, ...rest] = signed;
  assert.ok(first);
  const false1 = { ...first, signatures: first.signatures.map((each) => ({ ...each, signature: "A".repeat(86) })) };
  assert.throws(() => sealGenesis(draft, [false1, ...rest]), coded("ceremony/signature"));
  const sealed = sealGenesis(draft, signed);
  assert.throws(() => assertSealed(other, sealed), coded("ceremony/genesis"));
});
