import {
  type Announcement,
  type CosignedCheckpoint,
  type CosignedMemory,
  Witness,
  type WitnessContent,
  type WitnessEvidence,
  type WitnessPeers,
} from "@firmament/agents/witness";
import { nodeCrypto } from "@firmament/crypto";
import { type Block, blocksFrom, Replica } from "@firmament/replica";
import type { Consortium } from "@firmament/testing/kit";
import { FakeLedger } from "./fake-ledger.ts";

/** A memory that lasts as long as the test. */
export class FakeMemory implements CosignedMemory {
  last: CosignedCheckpoint | undefined;
  remember(checkpoint: CosignedCheckpoint): void {
    this.last = checkpoint;
  }
}

/** Peers that keep what they are told, and tell what a test puts into their mouths: one list for each peer. */
export class FakePeers implements WitnessPeers {
  readonly told: Announcement[] = [];
  answers: readonly (readonly Announcement[])[] = [[], [], []];
  announce(announcement: Announcement): void {
    this.told.push(announcement);
  }
  async *collect(): AsyncIterable<readonly Announcement[]> {
    yield* this.answers;
  }
}

const noContent: WitnessContent = {
  obtain: () => Promise.reject(new Error("there is no content")),
  mac: () => Promise.reject(new Error("there is no content")),
};

/** A witness among fakes, with a replica of its own. */
export interface Watched {
  readonly witness: Witness;
  readonly peers: FakePeers;
  readonly memory: CosignedMemory;
  readonly ledger: FakeLedger;
  /** Proofs of two histories by their names. */
  readonly evidence: Map<string, Uint8Array>;
}

/** All blocks of a consortium's ledger. */
export const history = (c: Consortium): readonly Block[] => blocksFrom(c.replica.database, 1, 10_000);

interface Choice {
  readonly content?: WitnessContent;
  readonly evidence?: WitnessEvidence;
  readonly ledger?: FakeLedger;
  readonly member?: number;
  readonly memory?: CosignedMemory;
}

/** Member `member`'s witness of a ledger that shows `blocks`. */
export function witnessOf(c: Consortium, blocks: readonly Block[], choice: Choice = {}): Watched & Disposable {
  const replica = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  const [peers, evidence] = [new FakePeers(), new Map<string, Uint8Array>()];
  const { ledger = new FakeLedger(c.ledger, blocks), member = 3, memory = new FakeMemory() } = choice;
  const { cosigner, name, node } = c.member(member);
  const witness = new Witness({
    clock: () => c.now,
    content: choice.content ?? noContent,
    evidence: choice.evidence ?? ((each, proof) => evidence.set(each, proof)),
    identity: { cosigner, node, organisation: name },
    ledger,
    memory,
    peers,
    receiptCheckMs: 1,
    replica,
  });
  return { evidence, ledger, memory, peers, witness, [Symbol.dispose]: () => replica[Symbol.dispose]() };
}

/** Waits up to 20 s. @throws Error where it never holds */
export async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !holds();) {
    if (Date.now() > end) throw new Error("it never came true");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Runs a witness until something holds. */
export async function runUntil({ witness }: Watched, holds: () => boolean): Promise<void> {
  const stop = new AbortController();
  const running = witness.run(stop.signal);
  await Promise.race([until(holds), running]);
  stop.abort();
  await running;
}
