import { toBase64url } from "../bytes/index.ts";
import { canonicalBytes, type Json } from "../codec/index.ts";
import { compare, fromUtf8 } from "../bytes/index.ts";
import { algorithmOf, type Crypto, verifySignature } from "../keys/index.ts";
import { encodeKey } from "../state/index.ts";
import { type Context, requireActive, type Signer } from "./context.ts";
import { refuse } from "./errors.ts";
import { tables } from "./records.ts";
import { type Rulebook, type Ruleset, RulesMissingError } from "./rulebook.ts";
import { rulesInForce } from "./rules/upgrade.ts";
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

/** Writes in the order of their encoded keys: the one order that every replica has. */
export function sortWrites(writes: readonly Write[]): readonly Write[] {
  if (writes.length < 2) return writes;
  const keyed = writes.map((write) => ({ bytes: encodeKey(write.key), write }));
  return keyed.sort((a, b) => compare(a.bytes, b.bytes)).map(({ write }) => write);
}

/** SHA-256 of the canonical sorted writes as base64url: what a log entry says of them (PROTOCOL E-3). */
export function outcomeDigest(crypto: Crypto, writes: readonly Write[]): string {
  const form = writes.map(({ key, value }) => (value === undefined ? { key } : { key, value: fromUtf8(value) }));
  return toBase64url(crypto.sha256(canonicalBytes(form)));
}

/** Everything that decides beside the state and the transaction. */
export interface Occasion extends Context {
  readonly rulebook: Rulebook;
}

/**
 * Checks that the rulebook has the rules that decide the log entry with this index. Until it does, nothing may be
 * refused for its form either: later rules may know it.
 *
 * @returns the version in force, and what it does
 * @throws RulesMissingError
 */
export function* assertRules(
  { index, rulebook }: Pick<Occasion, "index" | "rulebook">,
  scope = new Scope(),
): Reading<{ readonly version: number; readonly apply: Ruleset }> {
  const version = yield* rulesInForce(scope, index);
  const apply = rulebook[version];
  if (apply === undefined) throw new RulesMissingError(version, index);
  return { apply, version };
}

/**
 * The state machine: one signed transaction and the committed state in, writes or a refusal out (PROTOCOL X-5).
 * Pure: it reads by yielding keys. A throw that is no Refusal is a fault and stops the node.
 *
 * @param at its `time` is what the ledger's engine says, seconds; time never goes back, whatever it says
 * @throws Refusal with the first rule that is broken; nothing is written then
 * @throws RulesMissingError where the rulebook lacks the rules in force
 */
export function* transition(at: Occasion, transaction: Transaction): Reading<Outcome> {
  const scope = new Scope();
  const { apply, version } = yield* assertRules(at, scope);
  const before = yield* scope.must(tables.ledger);
  // PROTOCOL X-8: the first transaction under new rules writes their version.
  if (version !== before.rules) scope.put(tables.ledger, [], { ...before, rules: version });
  const { crypto, index, ledger } = at;
  const context: Context = { crypto, index, ledger, time: Math.max(at.time, before.time) };
  const signer = yield* authenticate(context, scope, transaction);
  const result = yield* apply({ context, scope, signer, transaction });
  const after = { ...(yield* scope.must(tables.ledger)), time: context.time };
  if (after.time !== before.time) scope.put(tables.ledger, [], after);
  return { writes: sortWrites(scope.writes), result: result as Json, ...after };
}
