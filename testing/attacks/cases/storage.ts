import { utf8 } from "@firmament/core/bytes";
import { type Consortium, newSigner } from "../../kit/index.ts";
import { type Attack, onLedger } from "../attack.ts";
import { withoutEffect } from "../without-effect.ts";

interface Registered {
  readonly release: string;
  readonly image: Uint8Array;
}

async function registered(c: Consortium): Promise<Registered> {
  const { image, ...prepared } = await c.prepare();
  return { image, release: await c.register({ ...prepared, image }) };
}

/** A receipt by a member that holds `content`, whatever the release is of. */
function receipt(c: Consortium, member: number, release: string, content: Uint8Array) {
  return c.submit(c.member(member).node, "storage.receipt", {
    mac: c.mac(release, c.member(member), content),
    release,
  });
}

/** `by` says that a correct holder of the bytes would have given another receipt than `about` did. */
function dispute(c: Consortium, by: number, about: number, { image, release }: Registered) {
  const holder = c.member(about);
  const mac = c.mac(release, holder, image);
  return c.submit(c.member(by).node, "storage.dispute", { kid: holder.node.kid, mac, release });
}

const GUESS = utf8("bytes that nobody stored");

/** Two organisations gave receipts for bytes that they did not hold; whoever holds them now says so of both. */
async function voided(c: Consortium): Promise<Registered> {
  const found = await registered(c);
  await receipt(c, 1, found.release, GUESS);
  await c.store(found.release, found.image, [2]);
  await receipt(c, 3, found.release, GUESS);
  if (c.release(found.release).state !== "STORED") throw new Error("the release is not stored");
  await dispute(c, 3, 1, found);
  await dispute(c, 1, 3, found);
  await dispute(c, 2, 3, found);
  await dispute(c, 2, 1, found);
  const { receipts, state } = c.release(found.release);
  if (state !== "REGISTERED" || receipts.length !== 1) throw new Error(`${receipts.length} receipts, ${state}`);
  c.now += 1;
  return found;
}

/** Attacks on the proof that an organisation stores what it says. */
export const storageAttacks: readonly Attack[] = [
  onLedger({
    name: "lazy storage receipt, voided by k holders and filed again",
    code: "dispute/voided",
    threats: ["T6"],
    prepare: voided,
    attack: (c, { release }) => receipt(c, 1, release, GUESS),
    honest: (c, { image, release }) => receipt(c, 1, release, image),
  }),
  withoutEffect({
    name: "approvals of a release whose lazy receipts were voided",
    threats: ["T6", "T18"],
    prepare: voided,
    measure: (c, { release }) => c.release(release).state,
    attack: (c, { release }) => c.approve(release, [1, 2, 3]),
    honest: (c, { image, release }) => receipt(c, 1, release, image),
  }),
  withoutEffect({
    name: "one organisation alone disputes a true storage receipt",
    threats: ["T16", "T19"],
    prepare: async (c) => {
      const found = await registered(c);
      await c.store(found.release, found.image, [1, 2]);
      await receipt(c, 3, found.release, GUESS);
      await dispute(c, 1, 3, found);
      return found;
    },
    measure: (c, { release }) => c.release(release).receipts,
    attack: (c, { release }) => dispute(c, 2, 1, { image: GUESS, release }),
    honest: (c, found) => dispute(c, 2, 3, found),
  }),
  onLedger({
    name: "one organisation disputes twice, with two nodes",
    code: "release/acted",
    threats: ["T16", "T19"],
    prepare: async (c) => {
      const found = await registered(c);
      await receipt(c, 1, found.release, GUESS);
      await c.store(found.release, found.image, [2, 3]);
      await dispute(c, 2, 1, found);
      const twin = await newSigner();
      await c.submit(c.member(2).admin, "identity.enrol", { key: twin.key, roles: ["node"] });
      return { ...found, twin };
    },
    attack: (c, { image, release, twin }) => {
      const { node } = c.member(1);
      const mac = c.mac(release, c.member(1), image);
      return c.submit(twin, "storage.dispute", { kid: node.kid, mac, release });
    },
    honest: (c, found) => dispute(c, 3, 1, found),
  }),
  onLedger({
    name: "dispute by an organisation that stores nothing itself",
    code: "dispute/receipt",
    threats: ["T16", "T19"],
    prepare: async (c) => {
      const found = await registered(c);
      await receipt(c, 1, found.release, GUESS);
      await c.store(found.release, found.image, [2]);
      return found;
    },
    attack: (c, found) => dispute(c, 3, 1, found),
    honest: (c, found) => dispute(c, 2, 1, found),
  }),
  onLedger({
    name: "storage receipt by the author's own organisation",
    code: "release/own-organisation",
    threats: ["T18", "T19"],
    prepare: registered,
    attack: (c, { image, release }) => receipt(c, 0, release, image),
    honest: (c, { image, release }) => receipt(c, 1, release, image),
  }),
];
