import assert from "node:assert/strict";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fromUtf8, toHex, utf8 } from "@firmament/core/bytes";
import { generateKey, nodeCrypto, publicPart } from "@firmament/crypto";
import { type Block, Cosignatures, Replica } from "@firmament/replica";
import { Consortium } from "@firmament/testing/kit";
import { twoHistories } from "../witness/forks.ts";
import type { Trial } from "./sweep.ts";
import { follow, type WitnessLine, type WitnessWork } from "./programs/follow.ts";

type Announced = Exclude<WitnessLine, { readonly refused: string }>;

/** One witness's works, by what its ledger shows. */
export interface Works {
  readonly first: WitnessWork;
  /** The same and one block more. */
  readonly longer: WitnessWork;
  /** The same at first, then other entries at the same sizes. */
  readonly other: WitnessWork;
  /** Entries before the histories part. */
  readonly common: number;
}

export async function witnessWorks(): Promise<Works> {
  using c = await Consortium.found();
  const { name: organisation } = c.member(3);
  const cosigner = await generateKey("EdDSA");
  const key = publicPart(cosigner);
  assert.ok(key.kty === "OKP");
  await c.nextTrust(({ organisations }) => ({
    organisations: organisations.map((each) => {
      const until = each.cosigners[0]?.until ?? 0;
      return each.name === organisation ? { ...each, cosigners: [{ key, until }] } : each;
    }),
  }));
  const work = (blocks: readonly Block[]): WitnessWork => ({
    genesis: fromUtf8(c.genesisFile),
    ledger: c.ledger,
    now: c.now,
    organisation,
    cosigner,
    blocks: blocks.map((each) => ({ ...each, transactions: each.transactions.map(fromUtf8) })),
  });
  const [one, other] = await twoHistories(c, [3, 2]);
  return { first: work(one.slice(0, -1)), longer: work(one), other: work(other), common: c.size };
}

export function announced(lines: readonly WitnessLine[]): readonly Announced[] {
  return lines.filter((line) => "root" in line);
}

/** Asserts that no cosignature left before what remembers it was on the disk. */
export function assertDurable({ run, title, volatileAt }: Trial<WitnessLine>): void {
  for (const [line, said] of run.lines.entries()) {
    assert.ok("root" in said, `${title}: ${JSON.stringify(said)}`);
    // What a checkpoint copies into the database itself stays in the write-ahead log until it is flushed here too.
    const lost = volatileAt[line]?.filter((path) => !path.endsWith("/replica.db"));
    assert.deepEqual(lost, [], `line ${line}, ${title}`);
  }
}

export function assertOneRootASize(lines: readonly WitnessLine[]): void {
  const roots = new Map<number, string>();
  for (const { root, size } of announced(lines)) {
    assert.equal(roots.get(size) ?? root, root, `two roots are cosigned at size ${size}`);
    roots.set(size, root);
  }
}

/** Asserts that the replica of a home still knows every cosignature that was announced. */
export function assertKnown(home: string, { genesis }: WitnessWork, lines: readonly WitnessLine[]): void {
  using replica = Replica.open(join(home, "replica.db"), nodeCrypto, utf8(genesis));
  const kept = new Cosignatures(replica.database, nodeCrypto, replica.genesis.ledger);
  for (const { signature, size } of announced(lines)) {
    assert.ok(
      kept.at(size).some((each) => toHex(each.signature) === signature),
      `size ${size}`,
    );
  }
}

/** The witness once more on the same files, before another history. */
export async function shownAnother(home: string, work: WitnessWork): Promise<readonly WitnessLine[]> {
  const lines: WitnessLine[] = [];
  await follow(home, work, (line) => lines.push(line));
  return lines;
}

/** Takes the replica away, as when it was restored from before its first block. */
export async function forgetReplica(home: string): Promise<void> {
  for (const name of await readdir(home)) if (name.startsWith("replica.db")) await rm(join(home, name));
}
