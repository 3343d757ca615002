import { fromBase64url, utf8 } from "../../bytes/index.ts";
import { Refusal, show } from "../../errors/index.ts";
import { keyId, verifySignature } from "../../keys/index.ts";
import { successionSigningInput } from "../../manifest/index.ts";
import { type Call, claimKey, consortiumOf, requireRole } from "../context.ts";
import { refuse } from "../errors.ts";
import { assertPossession } from "../possession.ts";
import { type Entitlement, type Row, tables } from "../records.ts";
import type { Reading, Scope } from "../scope.ts";
import type { TransactionOf } from "../transaction.ts";

type Author = Row<typeof tables.author>;

function* requireClasses(scope: Scope, classes: readonly string[], vendor: string): Reading<void> {
  for (const className of classes) {
    const found = yield* scope.get(tables.class, className);
    if (found === undefined) throw refuse("class/unknown", className);
    if (found.vendor !== vendor) throw refuse("class/vendor", `${className} is of ${found.vendor}.`);
  }
}

/** PROTOCOL A-3: the vendor's administrator binds an author key, a vendor and classes, until revoked. */
export function* approveAuthor({
  context,
  scope,
  signer,
  transaction,
}: Call<TransactionOf<"author.approve">>): Reading<object> {
  requireRole(signer, "admin");
  const { classes, key, proof, vendor } = transaction.body;
  const owner = yield* scope.get(tables.vendor, vendor);
  if (owner === undefined) throw refuse("vendor/unknown", vendor);
  if (owner.organisation !== signer.organisation)
    throw refuse("identity/organisation", `${vendor} is of ${owner.organisation}.`);
  yield* requireClasses(scope, classes, vendor);
  const claim = { ledger: context.ledger, organisation: signer.organisation, purpose: "manifest" } as const;
  const kid = assertPossession(context.crypto, key, claim, proof);
  if ((yield* scope.get(tables.author, kid)) !== undefined) throw refuse("author/exists", kid);
  yield* claimKey(scope, kid, "manifest");
  scope.put(tables.author, [kid], { classes, key, organisation: signer.organisation, status: "active", vendor });
  for (const className of classes) scope.put(tables.entitlement, [kid, className], { status: "active", vendor });
  return { author: kid };
}

function* requireOwnAuthor({ scope, signer }: Call, kid: string): Reading<Author> {
  const found = yield* scope.get(tables.author, kid);
  if (found === undefined) throw refuse("author/unknown", kid);
  if (found.organisation !== signer.organisation)
    throw refuse("identity/organisation", `${kid} is of ${found.organisation}.`);
  if (found.status === "revoked") throw refuse("author/revoked", kid);
  return found;
}

/** PROTOCOL A-4: the author's administrator revokes an author key, and with it every entitlement. */
export function* revokeAuthor(call: Call<TransactionOf<"author.revoke">>): Reading<object> {
  requireRole(call.signer, "admin");
  const { scope, transaction } = call;
  const kid = transaction.body.author;
  const found = yield* requireOwnAuthor(call, kid);
  scope.put(tables.author, [kid], { ...found, status: "revoked" });
  for (const className of found.classes) {
    const entitlement = yield* scope.must(tables.entitlement, kid, className);
    scope.put(tables.entitlement, [kid, className], { ...entitlement, status: "revoked" });
  }
  return { author: kid };
}

// A device follows at most so many hand-overs; a longer chain would make bundles that nobody can verify.
const MAX_SUCCESSIONS = 8;

// A circle would have no end to count, and nobody in it could ever hand the class over again.
function* assertShortChain(scope: Scope, to: string, from: string, className: string): Reading<void> {
  let kid: string | undefined = from;
  for (let steps = 0; kid !== undefined; steps++) {
    if (kid === to) throw refuse("author/succession", `${to} came before ${from}.`);
    if (steps >= MAX_SUCCESSIONS) throw refuse("author/succession", `There are ${steps} before it.`);
    const entitlement: Entitlement | undefined = yield* scope.get(tables.entitlement, kid, className);
    kid = entitlement?.succeeds?.from;
  }
}

// An entitlement follows one predecessor for good: devices that pin it would lose their way otherwise.
function* assertFirstSuccession(scope: Scope, kid: string, from: string, className: string): Reading<void> {
  const known = yield* scope.get(tables.entitlement, kid, className);
  const other = known?.succeeds?.from;
  if (other !== undefined && other !== from) throw refuse("author/succession", `It succeeded ${other} already.`);
  yield* assertShortChain(scope, kid, from, className);
}

/** The successor's record, which may be a known author's of the same organisation and vendor. */
function* successorClasses(scope: Scope, kid: string, retiring: Author): Reading<readonly string[]> {
  const known = yield* scope.get(tables.author, kid);
  if (known === undefined) {
    yield* claimKey(scope, kid, "manifest");
    return [];
  }
  if (known.status === "revoked") throw refuse("author/revoked", kid);
  if (known.organisation !== retiring.organisation) {
    throw refuse("identity/organisation", `${kid} is of ${known.organisation}.`);
  }
  if (known.vendor !== retiring.vendor) throw refuse("class/vendor", `${known.vendor}, ${retiring.vendor}.`);
  return known.classes;
}

/** PROTOCOL A-5: a retiring author key hands a class over by signing for the new key; devices can follow it. */
export function* succeedAuthor(call: Call<TransactionOf<"author.succeed">>): Reading<object> {
  const { context, scope, signer, transaction } = call;
  requireRole(signer, "admin");
  const { className, from, key, proof, signature } = transaction.body;
  const retiring = yield* requireOwnAuthor(call, from);
  const entitlement = yield* scope.get(tables.entitlement, from, className);
  if (entitlement?.status !== "active") throw refuse("author/not-entitled", `${from}, ${className}.`);
  const claim = { ledger: context.ledger, organisation: signer.organisation, purpose: "manifest" } as const;
  const kid = assertPossession(context.crypto, key, claim, proof);
  const message = successionSigningInput(context.ledger, from, kid, className);
  const signed = verifySignature(context.crypto, retiring.key, message, fromBase64url(signature));
  if (!signed || kid === from) throw refuse("author/succession", kid);
  yield* assertFirstSuccession(scope, kid, from, className);
  const before = yield* successorClasses(scope, kid, retiring);
  const classes = [...new Set([...before, className])].sort((a, b) => (a < b ? -1 : 1));
  const { organisation, vendor } = retiring;
  scope.put(tables.author, [kid], { classes, key, organisation, status: "active", vendor });
  scope.put(tables.entitlement, [kid, className], { status: "active", succeeds: { from, signature }, vendor });
  return { author: kid };
}

const PETITION = "firmament-petition/v1";

// 16 to 32 bytes, canonical base64url.
function isNonce(text: string): boolean {
  try {
    const { length } = fromBase64url(text);
    return length >= 16 && length <= 32;
  } catch (cause) {
    if (cause instanceof Refusal) return false;
    throw cause;
  }
}

// PROTOCOL A-1: purpose, ledger, nonce and free text, a line each.
function nonceOf(message: string, ledger: string): string {
  const lines = message.split("\n");
  const [purpose, named, nonce = ""] = lines;
  const wellFormed = lines.length === 4 && purpose === PETITION && named === ledger && isNonce(nonce);
  if (!wellFormed) throw refuse("petition/message", show(message));
  return nonce;
}

/**
 * PROTOCOL A-2: proof of possession of an author key. An approved key gets a grant at once; any other petition
 * is kept as pending, which is an outcome and not a refusal.
 */
export function* petition({
  context,
  scope,
  signer,
  transaction,
}: Call<TransactionOf<"author.petition">>): Reading<object> {
  requireRole(signer, "registerAgent");
  const { key, message, signature, token } = transaction.body;
  const nonce = nonceOf(message, context.ledger);
  const kid = keyId(context.crypto, key);
  if (!verifySignature(context.crypto, key, utf8(message), fromBase64url(signature)))
    throw refuse("petition/signature", kid);
  if ((yield* scope.get(tables.nonce, kid, nonce)) !== undefined) throw refuse("petition/nonce-replayed", nonce);
  scope.put(tables.nonce, [kid, nonce], {});
  const author = yield* scope.get(tables.author, kid);
  if (author?.status !== "active") {
    scope.put(tables.petition, [kid], { time: context.time });
    return { author: kid, granted: false };
  }
  if ((yield* scope.get(tables.grant, token)) !== undefined) throw refuse("grant/exists", token);
  const end = context.time + (yield* consortiumOf(scope)).grant;
  scope.put(tables.grant, [token], { author: kid, end });
  return { author: kid, end, granted: true };
}
