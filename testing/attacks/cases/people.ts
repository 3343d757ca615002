import { signPetition } from "@firmament/agents/signing";
import { randomBytes } from "node:crypto";
import { toBase64url } from "@firmament/core/bytes";
import type { Signer } from "@firmament/core/keys";
import { Consortium, newSigner } from "../../kit/index.ts";
import { type Attack, onLedger } from "../attack.ts";
import { nextDocument, signedStep, submitStep, withRoots } from "../forge/trust.ts";

const nothing = async () => undefined;

/** A second author with a registration token of its own; the first author's token is alive as well. */
async function secondAuthor(
  c: Consortium,
): Promise<{ readonly author: Signer; readonly first: string; readonly own: string }> {
  const author = await newSigner();
  await c.submit(c.member(0).admin, "author.approve", { classes: ["sensor"], key: author.key, vendor: "acme" });
  await c.renewGrant();
  return { author, first: await c.grant(), own: await c.grant(author) };
}

async function registerBy(c: Consortium, author: Signer, grant: string): Promise<string> {
  return c.register(await c.prepare({ author }), { grant });
}

async function registered(c: Consortium): Promise<string> {
  return c.register(await c.prepare());
}

function published(c: Consortium): Promise<string> {
  return c.publish().then(({ release }) => release);
}

async function petition(c: Consortium, signer: Signer, nonce: Uint8Array, key = signer.key): Promise<unknown> {
  const { message, signature } = await signPetition(signer, { ledger: c.ledger, nonce, text: "a petition" });
  return c.submit(c.member(1).registerAgent, "author.petition", {
    key,
    message,
    signature,
    token: toBase64url(randomBytes(32)),
  });
}

const tokens: readonly Attack[] = [
  onLedger({
    name: "stolen token: another author's",
    code: "grant/author",
    threats: ["T3", "T4"],
    prepare: secondAuthor,
    attack: (c, { author, first }) => registerBy(c, author, first),
    honest: (c, { author, own }) => registerBy(c, author, own),
  }),
  onLedger({
    name: "token after its 30 minutes",
    code: "grant/expired",
    shows: ["S4-20"],
    threats: ["T3"],
    prepare: async (c) => {
      await c.renewGrant();
      const token = await c.grant();
      c.now += 1801;
      return { fresh: await c.grant(), token };
    },
    attack: (c, { token }) => registerBy(c, c.manifestKey, token),
    honest: (c, { fresh }) => registerBy(c, c.manifestKey, fresh),
  }),
  onLedger({
    name: "token of nobody's",
    code: "grant/unknown",
    threats: ["T1", "T3"],
    prepare: async (c) => {
      await c.renewGrant();
      return c.grant();
    },
    attack: (c) => registerBy(c, c.manifestKey, toBase64url(randomBytes(32))),
    honest: (c, grant) => registerBy(c, c.manifestKey, grant),
  }),
  onLedger({
    name: "replayed petition",
    code: "petition/nonce-replayed",
    threats: ["T1", "T30"],
    prepare: async (c) => {
      const nonce = randomBytes(16);
      await petition(c, c.manifestKey, nonce);
      return nonce;
    },
    attack: (c, nonce) => petition(c, c.manifestKey, nonce),
    honest: (c) => petition(c, c.manifestKey, randomBytes(16)),
  }),
  onLedger({
    name: "petition for a key that did not sign it",
    code: "petition/signature",
    shows: ["S4-22"],
    threats: ["T1"],
    prepare: () => newSigner(),
    attack: (c, other) => petition(c, other, randomBytes(16), c.manifestKey.key),
    honest: (c) => petition(c, c.manifestKey, randomBytes(16)),
  }),
  onLedger({
    name: "author key revoked: it registers nothing more",
    code: "author/revoked",
    threats: ["T2"],
    prepare: async (c) => {
      const second = await secondAuthor(c);
      await c.submit(c.member(0).admin, "author.revoke", { author: c.manifestKey.kid });
      return second;
    },
    attack: (c, { first }) => registerBy(c, c.manifestKey, first),
    honest: (c, { author, own }) => registerBy(c, author, own),
  }),
];

const decisions: readonly Attack[] = [
  onLedger({
    name: "author's organisation approves its own release",
    code: "release/own-organisation",
    threats: ["T2", "T18"],
    prepare: registered,
    attack: (c, release) => c.submit(c.member(0).approver, "release.approve", { release }),
    honest: (c, release) => c.submit(c.member(2).approver, "release.approve", { release }),
  }),
  onLedger({
    name: "one person approves twice",
    code: "release/acted",
    shows: ["S0-8"],
    threats: ["T2", "T18"],
    prepare: async (c) => {
      const release = await registered(c);
      await c.approve(release, [2]);
      c.now += 1;
      return release;
    },
    attack: (c, release) => c.approve(release, [2]),
    honest: (c, release) => c.approve(release, [3]),
  }),
  onLedger({
    name: "a node approves",
    code: "identity/role",
    threats: ["T4", "T19"],
    prepare: registered,
    attack: (c, release) => c.submit(c.member(2).node, "release.approve", { release }),
    honest: (c, release) => c.submit(c.member(2).approver, "release.approve", { release }),
  }),
  onLedger({
    name: "a stranger approves",
    code: "identity/unknown",
    threats: ["T1"],
    prepare: registered,
    attack: async (c, release) => c.submit(await newSigner(), "release.approve", { release }),
    honest: (c, release) => c.submit(c.member(2).approver, "release.approve", { release }),
  }),
  onLedger({
    name: "an organisation holds the same release again",
    code: "hold/renewed",
    threats: ["T16", "T19"],
    prepare: async (c) => {
      const release = await published(c);
      await c.submit(c.member(2).approver, "release.hold", { release });
      c.now += 1;
      return release;
    },
    attack: (c, release) => c.submit(c.member(2).approver, "release.hold", { release }),
    honest: (c, release) => c.submit(c.member(3).approver, "release.hold", { release }),
  }),
  onLedger({
    name: "two transitions at once: a hold after the revocation",
    code: "release/state",
    threats: ["T29"],
    prepare: async (c) => {
      const first = await published(c);
      await c.submit(c.member(0).admin, "release.revoke", { reason: "unsafe", release: first });
      const next = await c.publish({ sequence: c.now * 1000 + 1, version: "1.1.0" });
      return { first, next: next.release };
    },
    attack: (c, { first }) => c.submit(c.member(2).approver, "release.hold", { release: first }),
    honest: (c, { next }) => c.submit(c.member(2).approver, "release.hold", { release: next }),
  }),
  onLedger({
    name: "a suspended organisation acts",
    code: "organisation/inactive",
    threats: ["T19"],
    prepare: async (c) => {
      const release = await registered(c);
      await c.decide({ organisation: c.member(3).name, type: "organisation.suspend" });
      return release;
    },
    attack: (c, release) => c.submit(c.member(3).approver, "release.approve", { release }),
    honest: (c, release) => c.submit(c.member(2).approver, "release.approve", { release }),
  }),
];

async function signedBy(c: Consortium, by: Signer, as: Signer): Promise<Uint8Array> {
  return c.transaction({ ...by, kid: as.kid, algorithm: as.algorithm }, "identity.enrol", await newNode());
}

async function newNode() {
  return { key: (await newSigner()).key, roles: ["node"] } as const;
}

const carriers: readonly Attack[] = [
  onLedger({
    name: "transaction signed by another key than it names",
    code: "transaction/signature",
    threats: ["T4", "T19"],
    prepare: nothing,
    attack: async (c) => c.apply(await signedBy(c, c.member(1).admin, c.member(0).admin)),
    honest: async (c) => c.apply(await signedBy(c, c.member(0).admin, c.member(0).admin)),
  }),
  onLedger({
    name: "transaction kept back until it has expired",
    code: "transaction/expired",
    threats: ["T4", "T30"],
    prepare: nothing,
    attack: async (c) => c.apply(await c.transaction(c.member(0).admin, "identity.enrol", await newNode(), c.now - 1)),
    honest: async (c) => c.apply(await c.transaction(c.member(0).admin, "identity.enrol", await newNode(), c.now)),
  }),
  onLedger({
    name: "transaction of another ledger",
    code: "transaction/ledger",
    threats: ["T30"],
    prepare: nothing,
    attack: async (c) => {
      using other = await Consortium.found();
      return c.apply(await other.transaction(c.member(0).admin, "identity.enrol", await newNode()));
    },
    honest: async (c) => c.submit(c.member(0).admin, "identity.enrol", await newNode()),
  }),
  onLedger({
    name: "trust step without the old quorum reaches the ledger",
    code: "trust/old-quorum",
    threats: ["T19"],
    prepare: async (c) => {
      const fresh = await Promise.all([newSigner(), newSigner()]);
      const roots = new Map(fresh.map((root, i) => [c.member(i).name, root]));
      return { document: nextDocument(c, (before) => ({ organisations: withRoots(before, roots) })), fresh };
    },
    attack: async (c, { document, fresh }) =>
      submitStep(c, await signedStep(document, [c.member(2).root, c.member(3).root, ...fresh])),
    honest: async (c, { document, fresh }) =>
      submitStep(c, await signedStep(document, [...c.members.map(({ root }) => root), ...fresh])),
  }),
];

/** Attacks by and on the people and agents that act on the ledger. */
export const peopleAttacks: readonly Attack[] = [...tokens, ...decisions, ...carriers];
