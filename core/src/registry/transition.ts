import { toBase64url } from "../bytes/index.ts";
import { canonicalBytes, type Json } from "../codec/index.ts";
import { compare, fromUtf8 } from "../bytes/index.ts";
import { algorithmOf, type Crypto, verifySignature } from "../keys/index.ts";
import { encodeKey } from "../state/index.ts";
import { type Call, type Context, requireActive, type Signer } from "./context.ts";
import { refuse } from "./errors.ts";
import { tables } from "./records.ts";
import { approveRelease, holdRelease, revokeRelease, widenRollout, withdrawRelease } from "./rules/approvals.ts";
import { approveAuthor, petition, revokeAuthor, succeedAuthor } from "./rules/authors.ts";
import { enrolDevice, updateDevice } from "./rules/devices.ts";
import { enrolIdentity, revokeIdentity } from "./rules/identities.ts";
import { registerRelease } from "./rules/register.ts";
import { disputeReceipt, storageReceipt } from "./rules/storage.ts";
import { tick } from "./rules/tick.ts";
import { nextTrust } from "./rules/trust.ts";
import { createProposal, vote } from "./rules/votes.ts";
import { type Reading, Scope, type Write } from "./scope.ts";
import { type Transaction, transactionLimits } from "./transaction.ts";

/** What an accepted transaction does. */
export interface Outcome {
  /** In the order of their encoded keys. */
  readonly writes: readonly Write[];
  /** What the submitter is told; part of the receipt, not of the log. */
  readonly result: Json;
  /** The versions that the log entry names, after the transaction. */
  readonly rules: number;
  readonly trust: number;
  readonly time: number;
}

// PROTOCOL X-5: the cheap refusals first, an unknown signer before any signature.
function* authenticate(context: Context, scope: Scope, transaction: Transaction): Reading<Signer> {
  if (transaction.ledger !== context.ledger) throw refuse("transaction/ledger", transaction.ledger);
  const { expires, kid } = transaction;
  if (expires < context.time || expires > context.time + transactionLimits.maxLifetime) {
    throw refuse("transaction/expired", `expires is ${expires}, the time ${context.time}.`);
  }
  const identity = yield* scope.get(tables.identity, kid);
  if (identity === undefined) throw refuse("identity/unknown", kid);
  if (identity.status === "revoked") throw refuse("identity/revoked", kid);
  yield* requireActive(scope, identity.organisation);
  const { key, organisation, roles } = identity;
  const authentic =
    transaction.algorithm === algorithmOf(key) &&
    verifySignature(context.crypto, key, transaction.signingInput, transaction.signature);
  if (!authentic) throw refuse("transaction/signature", kid);
  return { kid, organisation, roles };
}

function* dispatch(call: Call): Reading<object> {
  const { transaction } = call;
  switch (transaction.type) {
    case "author.approve":
      return yield* approveAuthor({ ...call, transaction });
    case "author.petition":
      return yield* petition({ ...call, transaction });
    case "author.revoke":
      return yield* revokeAuthor({ ...call, transaction });
    case "author.succeed":
      return yield* succeedAuthor({ ...call, transaction });
    case "device.enrol":
      return yield* enrolDevice({ ...call, transaction });
    case "device.update":
      return yield* updateDevice({ ...call, transaction });
    case "identity.enrol":
      return yield* enrolIdentity({ ...call, transaction });
    case "identity.revoke":
      return yield* revokeIdentity({ ...call, transaction });
    case "proposal.create":
      return yield* createProposal({ ...call, transaction });
    case "proposal.vote":
      return yield* vote({ ...call, transaction });
    case "release.approve":
      return yield* approveRelease({ ...call, transaction });
    case "release.hold":
      return yield* holdRelease({ ...call, transaction });
    case "release.register":
      return yield* registerRelease({ ...call, transaction });
    case "release.revoke":
      return yield* revokeRelease({ ...call, transaction });
    case "release.rollout":
      return yield* widenRollout({ ...call, transaction });
    case "release.withdraw":
      return yield* withdrawRelease({ ...call, transaction });
    case "storage.dispute":
      return yield* disputeReceipt({ ...call, transaction });
    case "storage.receipt":
      return yield* storageReceipt({ ...call, transaction });
    case "tick":
      return yield* tick({ ...call, transaction });
    case "trust.next":
      return yield* nextTrust({ ...call, transaction });
  }
}

/** Writes in the order of their encoded keys: the one order that every replica has. */
export function sortWrites(writes: readonly Write[]): readonly Write[] {
  const keyed = writes.map((write) => ({ bytes: encodeKey(write.key), write }));
  return keyed.sort((a, b) => compare(a.bytes, b.bytes)).map(({ write }) => write);
}

/** SHA-256 of the canonical sorted writes as base64url: what a log entry says of them (PROTOCOL E-3). */
export function outcomeDigest(crypto: Crypto, writes: readonly Write[]): string {
  const form = writes.map(({ key, value }) => (value === undefined ? { key } : { key, value: fromUtf8(value) }));
  return toBase64url(crypto.sha256(canonicalBytes(form)));
}

/**
 * The state machine: one signed transaction and the committed state in, writes or a refusal out (PROTOCOL X-5).
 * Pure: it reads by yielding keys. A throw that is no Refusal is a fault and stops the node.
 *
 * @param time what the ledger's engine says, seconds; time never goes back, whatever it says
 * @throws Refusal with the first rule that is broken; nothing is written then
 */
export function* transition(crypto: Crypto, ledger: string, time: number, transaction: Transaction): Reading<Outcome> {
  const scope = new Scope();
  const before = yield* scope.must(tables.ledger);
  const context: Context = { crypto, ledger, time: Math.max(time, before.time) };
  const signer = yield* authenticate(context, scope, transaction);
  const result = yield* dispatch({ context, scope, signer, transaction });
  const after = { ...(yield* scope.must(tables.ledger)), time: context.time };
  if (after.time !== before.time) scope.put(tables.ledger, [], after);
  return { writes: sortWrites(scope.writes), result: result as Json, ...after };
}
