import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Refusal } from "@firmament/core/errors";
import { nodeCrypto } from "@firmament/crypto";
import { type Ledger, Replica } from "@firmament/replica";
import { take } from "./take.ts";

/** A running ledger of one engine, whatever it is, with what a test needs to write to it. */
export interface PortUnderTest extends AsyncDisposable {
  /** Fronts of the ledger; one for a sequencer, one for each organisation of a replicated ledger. */
  readonly ledgers: readonly Ledger[];
  readonly genesisFile: Uint8Array;
  /** A transaction that the rules accept, another at each call. */
  accepted(): Promise<Uint8Array>;
  /** A transaction of a signer whom nobody enrolled. */
  strange(): Promise<Uint8Array>;
  /** A transaction of an enrolled signer that the rules refuse, and the code of that. */
  refused(): Promise<{ readonly bytes: Uint8Array; readonly code: string }>;
}

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;

const many = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, make));

function first({ ledgers: [ledger] }: PortUnderTest): Ledger {
  assert.ok(ledger !== undefined);
  return ledger;
}

async function placesInOrder(port: PortUnderTest): Promise<void> {
  const before = (await first(port).status()).size;
  const transactions = await many(12, () => port.accepted());
  const fronts = transactions.map((_, i) => port.ledgers[i % port.ledgers.length] ?? first(port));
  const receipts = await Promise.all(fronts.map((front, i) => front.submit(transactions[i] ?? new Uint8Array())));
  const indices = receipts.map((each) => each.index).sort((a, b) => a - b);
  assert.deepEqual(
    indices,
    Array.from({ length: 12 }, (_, i) => before + i),
  );
}

async function sameReceipt(port: PortUnderTest): Promise<void> {
  const bytes = await port.accepted();
  const [one, two] = await Promise.all([first(port).submit(bytes), first(port).submit(bytes)]);
  assert.deepEqual(two, one);
  for (const ledger of port.ledgers) assert.deepEqual(await ledger.submit(bytes), one);
}

async function refusesWithOwnCode(port: PortUnderTest): Promise<void> {
  const before = (await first(port).status()).size;
  const bad = await port.refused();
  const [good, strange] = [await port.accepted(), await port.strange()];
  const [no, stranger, yes] = await Promise.allSettled([
    first(port).submit(bad.bytes),
    first(port).submit(strange),
    first(port).submit(good),
  ]);
  assert.ok(no.status === "rejected" && coded(bad.code)(no.reason), String(no.status === "rejected" && no.reason));
  assert.ok(stranger.status === "rejected" && coded("identity/unknown")(stranger.reason));
  assert.equal(yes.status, "fulfilled");
  await assert.rejects(first(port).submit(new Uint8Array([1, 2, 3])), coded("codec/json"));
  assert.equal((await first(port).status()).size, before + 1);
}

async function showsBlocks(port: PortUnderTest): Promise<void> {
  const old = await many(3, () => port.accepted());
  for (const bytes of old) await first(port).submit(bytes);
  const stop = new AbortController();
  for (const ledger of port.ledgers) {
    using follower = Replica.open(":memory:", nodeCrypto, port.genesisFile);
    const { size } = await first(port).status();
    const following = take(ledger.blocks(1, stop.signal), size);
    await first(port).submit(await port.accepted());
    const blocks = await following;
    for (const block of blocks) follower.apply(block);
    const again = await take(ledger.blocks(blocks.length, stop.signal), 1);
    assert.deepEqual(again[0], blocks.at(-1));
    const { height, root, size: length } = await ledger.status();
    assert.deepEqual(
      {
        height: follower.status.height,
        root: Buffer.from(follower.status.root).toString("base64url"),
        size: follower.status.size,
      },
      { height, root, size: length },
    );
  }
  stop.abort();
}

async function endsWithSignal(port: PortUnderTest): Promise<void> {
  const stop = new AbortController();
  const ended = take(first(port).blocks(1_000_000, stop.signal), 1);
  stop.abort();
  assert.deepEqual(await ended, []);
}

const PROMISES: Readonly<Record<string, (port: PortUnderTest) => Promise<void>>> = {
  "gives each accepted transaction its place, once, in order": placesInOrder,
  "answers the same transaction with the same receipt, at the same time and later, at every front": sameReceipt,
  "refuses with the rules' own code, and keeps what came with it": refusesWithOwnCode,
  "shows its blocks from any height, old and new, and a replica that executes them reaches the same root": showsBlocks,
  "ends its streams with the signal": endsWithSignal,
};

/** What every ledger promises, whatever its engine (docs/ARCHITECTURE.md, the ledger port). */
export function portSuite(
  name: string,
  open: () => Promise<PortUnderTest>,
  options: { readonly skip?: string | false; readonly timeout?: number } = {},
): void {
  describe(`the ledger port on ${name}`, options, () => {
    for (const [promise, holds] of Object.entries(PROMISES)) {
      it(promise, async () => {
        await using port = await open();
        await holds(port);
      });
    }
  });
}
