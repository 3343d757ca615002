import type { DatabaseSync } from "node:sqlite";
import { equal, fromBase64url } from "@firmament/core/bytes";
import { Refusal, show } from "@firmament/core/errors";
import { tables, type Validators } from "@firmament/core/registry";
import type { Replica } from "@firmament/replica";
import {
  CheckTxType,
  type RequestCheckTx,
  type RequestFinalizeBlock,
  type RequestInitChain,
  type RequestPrepareProposal,
  ResponseApplySnapshotChunk_Result,
  ResponseOfferSnapshot_Result,
  ResponseProcessProposal_ProposalStatus,
  ResponseVerifyVoteExtension_VerifyStatus,
} from "cosmjs-types/tendermint/abci/types";
import type { AbciApplication } from "./abci-server.ts";
import type { Admission } from "./admission.ts";
import type { BlockExecutor, Judged } from "./block-executor.ts";
import { chainIdOf } from "./chain-id.ts";
import { refuse } from "./errors.ts";
import { type Misbehaviour, misbehaviourOf } from "./misbehaviour.ts";
import { mayConnect } from "./peer-filter.ts";
import { refusalLog } from "./refusal-log.ts";

const CODESPACE = "firmament";
/** Transactions of one organisation in a block that this application proposes. */
const MAX_SHARE = 128;

const ACCEPTED = 0;
const REFUSED = 1;

/** Version of the application in every block's header: the form of what it makes of blocks, not of the rules. */
const APPLICATION_VERSION = 1n;

/** What an application is made of. */
export interface ApplicationParts {
  readonly replica: Replica;
  /** A second connection to the replica's database, which sees committed blocks only. */
  readonly reader: DatabaseSync;
  readonly executor: BlockExecutor;
  readonly admission: Admission;
  /** The validators as a newer copy of the ledger has them; they count until the replica has caught up with it. */
  readonly newer: Validators | undefined;
  /** Called once a block is durable, with what became of its transactions. */
  readonly committed: (judged: readonly Judged[]) => void;
  /** Called for each proof of a misused validator key that a block carries. */
  readonly misbehaved: (found: Misbehaviour) => void;
}

// The engine agrees on code and data; log and codespace are for whoever reads them.
function answerTo(outcome: unknown): { readonly code: number; readonly codespace?: string; readonly log?: string } {
  if (!(outcome instanceof Refusal)) return { code: ACCEPTED };
  return { code: REFUSED, codespace: CODESPACE, log: refusalLog(outcome) };
}

function assertOwnGenesis(replica: Replica, { chainId, validators }: RequestInitChain): void {
  const expected = chainIdOf(replica.genesis.ledger);
  if (chainId !== expected) throw refuse("ledger/engine-genesis", `Chain ${show(chainId)}, expected ${expected}.`);
  const members = replica.record(tables.validators)?.members ?? [];
  const isMember = (key: Uint8Array | undefined) =>
    key !== undefined && members.some((each) => equal(fromBase64url(each.key), key));
  const agrees =
    validators.length === members.length &&
    validators.every(({ power, pubKey }) => power === 1n && isMember(pubKey.ed25519));
  if (!agrees) throw refuse("ledger/engine-genesis", "Its validators are not the founders' nodes.");
}

function checkTx(admission: Admission, { tx, type }: RequestCheckTx) {
  try {
    if (type === CheckTxType.RECHECK) admission.review(tx);
    else admission.admit(tx);
    return answerTo(undefined);
  } catch (cause) {
    if (cause instanceof Refusal) return answerTo(cause);
    throw cause;
  }
}

// In the order of the pool, up to the engine's limit; what the others would reject is left out, and what one organisation
// has beyond its share waits for the next block, so that a flood makes no block that takes long to execute.
function prepare(admission: Admission, { maxTxBytes, txs }: RequestPrepareProposal): { readonly txs: Uint8Array[] } {
  let room = Number(maxTxBytes);
  const chosen: Uint8Array[] = [];
  const counts = new Map<string, number>();
  for (const tx of txs) {
    const owner = admission.standing(tx);
    const count = counts.get(owner ?? "") ?? 0;
    if (owner === undefined || count >= MAX_SHARE) continue;
    room -= tx.length + 10;
    if (room < 0) break;
    counts.set(owner, count + 1);
    chosen.push(tx);
  }
  return { txs: chosen };
}

function finalize({ executor, misbehaved, reader, replica }: ApplicationParts, request: RequestFinalizeBlock) {
  const mark = { height: Number(request.height), time: Number(request.time.seconds) };
  const { judged, root, validatorUpdates } = executor.execute(mark, request.txs);
  for (const each of request.misbehavior) misbehaved(misbehaviourOf(replica, reader, each));
  return { appHash: root, txResults: judged.map(({ outcome }) => answerTo(outcome)), validatorUpdates };
}

/**
 * The registry as an ABCI 2.0 application: a block is executed on the replica, its log root is the application hash, and
 * the validators are the ledger's organisations.
 */
export function registryApplication(parts: ApplicationParts): AbciApplication {
  const { admission, executor, newer, reader, replica } = parts;
  const { ACCEPT, REJECT } = ResponseProcessProposal_ProposalStatus;
  return {
    echo: ({ message }) => ({ message }),
    flush: () => ({}),
    info: () => ({
      appVersion: APPLICATION_VERSION,
      lastBlockAppHash: executor.mark.height === 0 ? new Uint8Array() : replica.status.root,
      lastBlockHeight: BigInt(executor.mark.height),
    }),
    initChain: (request) => {
      assertOwnGenesis(replica, request);
      return { appHash: replica.status.root };
    },
    query: ({ path }) => ({ code: mayConnect(reader, path, newer) ? ACCEPTED : REFUSED, codespace: CODESPACE }),
    checkTx: (request) => checkTx(admission, request),
    prepareProposal: (request) => prepare(admission, request),
    processProposal: ({ txs }) => ({
      status: txs.every((tx) => admission.standing(tx) !== undefined) ? ACCEPT : REJECT,
    }),
    finalizeBlock: (request) => finalize(parts, request),
    commit: () => {
      const judged = executor.commit();
      admission.committed(judged);
      parts.committed(judged);
      return {};
    },
    // The genesis leaves vote extensions off, and every block is kept: who joins replays them all.
    extendVote: () => ({}),
    verifyVoteExtension: () => ({ status: ResponseVerifyVoteExtension_VerifyStatus.ACCEPT }),
    listSnapshots: () => ({ snapshots: [] }),
    offerSnapshot: () => ({ result: ResponseOfferSnapshot_Result.REJECT }),
    loadSnapshotChunk: () => ({}),
    applySnapshotChunk: () => ({ result: ResponseApplySnapshotChunk_Result.ABORT }),
  };
}
