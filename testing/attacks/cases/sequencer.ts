import { Alarms, Carrier } from "@firmament/agents/witness";
import type { Ledger, Receipt, Replica } from "@firmament/replica";
import { Refusal } from "@firmament/core/errors";
import { Consortium, newSigner } from "../../kit/index.ts";
import { history, runUntil, type Watched, witnessOf } from "../../witness/fakes.ts";
import { replicaOf, twoHistories } from "../../witness/forks.ts";
import { UnfairLedger } from "../../witness/unfair-ledger.ts";
import { type Attack, type Description, resultOf } from "../attack.ts";

interface SequencerAttack extends Description {
  readonly attack: (c: Consortium) => Promise<unknown>;
  readonly honest: (c: Consortium) => Promise<unknown>;
}

/** An attack by whoever puts the ledger's transactions in order, on the organisations that watch it. */
function bySequencer({ attack, honest, ...description }: SequencerAttack): Attack {
  return {
    ...description,
    async run() {
      using c = await Consortium.ready();
      return { attack: await resultOf(() => attack(c)), honest: await resultOf(() => honest(c)) };
    },
  };
}

async function cosigned(watched: Watched): Promise<void> {
  await runUntil(watched, () => watched.peers.told.length > 0);
}

// What a witness that was shown `mine` makes of the cosignature of one that was shown `yours`.
async function crossed(c: Consortium, [mine, yours]: Awaited<ReturnType<typeof twoHistories>>): Promise<void> {
  using one = witnessOf(c, mine, { member: 2 });
  using other = witnessOf(c, yours, { member: 3 });
  await cosigned(one);
  await cosigned(other);
  for (const each of other.peers.told) one.witness.receive(each);
}

async function stamped(c: Consortium, clock: number): Promise<void> {
  using watched = witnessOf(c, history(c));
  for (const block of history(c)) watched.witness.replica.apply(block);
  watched.witness.cosigner.recalled();
  c.now += clock;
  await watched.witness.cosigner.cosign(c.now);
}

async function restored(c: Consortium, missing: number): Promise<void> {
  using before = witnessOf(c, history(c));
  await cosigned(before);
  using after = witnessOf(c, [], { memory: before.memory });
  for (const block of history(c).slice(0, history(c).length - missing)) after.witness.replica.apply(block);
  after.witness.cosigner.recalled();
  await after.witness.cosigner.cosign();
}

async function shownAgain(c: Consortium, blocks: ReturnType<typeof history>): Promise<void> {
  using before = witnessOf(c, (await twoHistories(c))[0]);
  await cosigned(before);
  using after = witnessOf(c, blocks, { memory: before.memory });
  await after.witness.run(AbortSignal.timeout(500));
}

function carrierOn(c: Consortium, replica: Replica, ledger: Ledger): Carrier {
  const clock = () => c.now;
  return new Carrier({ alarms: new Alarms(clock, () => undefined), clock, ledger, patience: 0.2, replica });
}

async function carried(
  c: Consortium,
  answer: (replica: Replica, bytes: Uint8Array) => Promise<Receipt>,
): Promise<void> {
  using replica = replicaOf(c, history(c));
  const ledger = new UnfairLedger(c.size, (bytes) => answer(replica, bytes));
  const { key } = await newSigner();
  const bytes = await c.transaction(c.member(0).admin, "identity.enrol", { key, roles: ["auditor"] });
  await carrierOn(c, replica, ledger).carry(bytes, new AbortController().signal);
}

const included = (replica: Replica, bytes: Uint8Array): Promise<Receipt> => {
  const { height, time } = replica.status;
  const [receipt] = replica.apply({ height: height + 1, time, transactions: [bytes] });
  return receipt === undefined ? Promise.reject(new Error("the block has no receipt")) : Promise.resolve(receipt);
};

const falselyRefused = () => new Refusal("identity/role", { status: 403, rule: "No.", remedy: "None." }, "");

/** Attacks by the sequencer, and through a node's old backup. */
export const sequencerAttacks: readonly Attack[] = [
  bySequencer({
    name: "sequencer shows two histories of one length",
    code: "witness/other-history",
    shows: ["S2-48"],
    threats: ["T10"],
    attack: async (c) => crossed(c, await twoHistories(c)),
    honest: (c) => crossed(c, [history(c), history(c)]),
  }),
  bySequencer({
    name: "sequencer shows two histories of which one is longer",
    code: "witness/other-history",
    shows: ["S2-48"],
    threats: ["T10"],
    attack: async (c) => crossed(c, await twoHistories(c, [3, 1])),
    honest: (c) => crossed(c, [history(c), history(c)]),
  }),
  bySequencer({
    name: "sequencer shows a witness another history than it cosigned",
    code: "witness/two-histories",
    threats: ["T10"],
    attack: async (c) => shownAgain(c, (await twoHistories(c))[1]),
    honest: async (c) => {
      using watched = witnessOf(c, history(c));
      await cosigned(watched);
    },
  }),
  bySequencer({
    name: "sequencer backdates a block",
    code: "witness/clock",
    threats: ["T22"],
    attack: (c) => stamped(c, 61),
    honest: (c) => stamped(c, -61),
  }),
  bySequencer({
    name: "sequencer dates a block ahead",
    code: "witness/clock",
    threats: ["T22"],
    attack: (c) => stamped(c, -61),
    honest: (c) => stamped(c, 61),
  }),
  bySequencer({
    name: "sequencer censors: it refuses what the rules accept",
    code: "witness/censored",
    threats: ["T16", "T19"],
    attack: (c) => carried(c, () => Promise.reject(falselyRefused())),
    honest: (c) => carried(c, included),
  }),
  bySequencer({
    name: "sequencer censors: it acknowledges and puts nothing into a block",
    code: "witness/censored",
    threats: ["T16", "T19"],
    attack: (c) =>
      carried(c, () => Promise.resolve({ height: 1, index: 1, result: {}, time: c.now, transaction: "none" })),
    honest: (c) => carried(c, included),
  }),
  bySequencer({
    name: "restored backup of a node cosigns again",
    code: "witness/behind",
    threats: ["T10", "T19"],
    attack: (c) => restored(c, 1),
    honest: (c) => restored(c, 0),
  }),
];
