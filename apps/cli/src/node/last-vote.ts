import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "@firmament/core/errors";
import { decodeGenesis, tables, type Validators } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { HttpLedger } from "@firmament/ledger-http";
import { currentRecord, type Ledger, type LedgerStatus, Replica } from "@firmament/replica";
import { answersNeeded, VOTES_AHEAD } from "@firmament/server/engine";
import type { Home } from "@firmament/server/home";
import { refuse } from "./errors.ts";

const STATUS_MS = 5000;
const BLOCKS_MS = 1_800_000;
/** Applications of one ledger that are further apart, in blocks: one is not in step yet, or says what is not so. */
const MAX_APART = 100;

/** What another organisation's application says of the ledger. */
export interface Answer {
  readonly organisation: string;
  readonly engineHeight: number;
  readonly height: number;
}

/** What the other organisations know of a validator that is to be restored. */
export interface LastVote {
  /** No height above this one can have its vote. */
  readonly height: number;
  readonly answers: readonly Answer[];
  /** The organisation among the ledger's present validators; absent where it is none of them. */
  readonly member?: Validators["members"][number];
}

interface Front extends Answer {
  readonly ledger: Ledger;
}

async function ask(organisation: string, ledger: Ledger, id: string): Promise<readonly Front[]> {
  let status: LedgerStatus;
  try {
    status = await ledger.status(AbortSignal.timeout(STATUS_MS));
  } catch (cause) {
    if (cause instanceof Refusal) return [];
    throw cause;
  }
  const { engineHeight, height } = status;
  return status.ledger === id && engineHeight !== undefined ? [{ engineHeight, height, ledger, organisation }] : [];
}

async function follow(replica: Replica, { height, ledger, organisation }: Front): Promise<void> {
  if (replica.status.height >= height) return;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(BLOCKS_MS)]);
  try {
    for await (const block of ledger.blocks(replica.status.height + 1, signal)) {
      replica.apply(block);
      if (block.height >= height) stop.abort();
    }
  } catch (cause) {
    if (cause instanceof Refusal) throw refuse("restore/peers", `${organisation}: ${cause.message}`, { cause });
    throw cause;
  }
  if (replica.status.height < height) throw refuse("restore/peers", `${organisation} sends less than it says it has.`);
}

// Whoever is a validator now may have joined after the backup: the ledger itself says so, executed again here.
async function validatorsNow(home: Home, organisation: string, fronts: readonly Front[]): Promise<Validators> {
  const file = join(home.path, "present.sqlite");
  if (existsSync(home.replicaFile(organisation))) copyFileSync(home.replicaFile(organisation), file);
  using replica = Replica.open(file, nodeCrypto, await home.genesis());
  replica.database.exec("PRAGMA synchronous = OFF");
  for (const front of [...fronts].sort((a, b) => a.height - b.height)) await follow(replica, front);
  return currentRecord(replica.database, tables.validators) ?? { members: [], version: 0 };
}

/**
 * Asks the other organisations' applications up to which height a validator may have voted before it was lost.
 *
 * @param home with the backup's files in it; a scratch copy of the replica is left there
 * @throws Refusal `restore/peers` where too few answer, or where they do not agree; `node/running` where its own answers
 */
export async function lastVoteOf(home: Home, organisation: string, fetched: typeof fetch): Promise<LastVote> {
  const { nodes } = await home.network();
  const { ledger: id } = decodeGenesis(nodeCrypto, await home.genesis());
  const asked = nodes.flatMap(({ ledger, organisation: name }) =>
    ledger === undefined ? [] : [ask(name, new HttpLedger(new URL(ledger), fetched), id)],
  );
  const all = (await Promise.all(asked)).flat();
  const own = all.find((front) => front.organisation === organisation);
  if (own !== undefined) throw refuse("node/running", `${organisation} answers, at height ${own.engineHeight}.`);
  const { members } = await validatorsNow(home, organisation, all);
  const answers = all.filter((front) => members.some((member) => member.organisation === front.organisation));
  const needed = answersNeeded(members.length);
  const said = answers.map((each) => `${each.organisation} ${each.engineHeight}`).join(", ");
  if (answers.length < needed)
    throw refuse("restore/peers", `${needed} of ${members.length} validators are needed; heights: ${said}.`);
  const heights = answers.map(({ engineHeight }) => engineHeight);
  const highest = Math.max(...heights);
  if (highest - Math.min(...heights) > MAX_APART) throw refuse("restore/peers", `Heights: ${said}.`);
  const member = members.find((each) => each.organisation === organisation);
  return {
    answers: answers.map(({ engineHeight, height, organisation: name }) => ({
      engineHeight,
      height,
      organisation: name,
    })),
    height: highest + VOTES_AHEAD,
    ...(member === undefined ? {} : { member }),
  };
}
