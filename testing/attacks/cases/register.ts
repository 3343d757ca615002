import { fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import type { Signer } from "@firmament/core/keys";
import { decodeTransaction } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { type Consortium, newSigner, type PreparedRelease } from "../../kit/index.ts";
import { type Attack, onLedger } from "../attack.ts";
import { petition, registerThrough } from "../forge/author-agent.ts";
import { withoutEffect } from "../without-effect.ts";

/** What an author agent hands to the register agent, and another author's grant, which the agent knows as well. */
interface Carried {
  readonly prepared: PreparedRelease;
  readonly transaction: Uint8Array;
  readonly own: string;
  readonly others: string;
}

function registration(c: Consortium, prepared: PreparedRelease, grant: string, signer: Signer): Promise<Uint8Array> {
  const { author, payloadSignature, signature } = prepared;
  const manifest = fromUtf8(prepared.manifest);
  return c.transaction(signer, "release.register", { author, grant, manifest, payloadSignature, signature });
}

async function carried(c: Consortium): Promise<Carried> {
  const other = await newSigner();
  await c.submit(c.member(0).admin, "author.approve", { classes: ["sensor"], key: other.key, vendor: "acme" });
  const [prepared, own, others] = [await c.prepare(), await c.grant(), await c.grant(other)];
  return { others, own, prepared, transaction: await registration(c, prepared, own, c.member(0).author) };
}

/** The author agent's transaction with a passage of its payload replaced, under the signature that it had. */
function altered(transaction: Uint8Array, from: string, to: string): Uint8Array {
  const envelope = JSON.parse(fromUtf8(transaction)) as { readonly payload: string };
  const text = Buffer.from(envelope.payload, "base64url").toString();
  if (!text.includes(from)) throw new RangeError(`${from} is not in ${text}`);
  return canonicalBytes({ ...envelope, payload: toBase64url(utf8(text.replace(from, to))) });
}

function carriage(name: string, code: string, made: (c: Consortium, given: Carried) => Promise<Uint8Array>): Attack {
  return onLedger({
    name: `rogue register agent: ${name}`,
    code,
    threats: ["T4"],
    prepare: carried,
    attack: async (c, given) => c.apply(await made(c, given)),
    honest: async (c, { transaction }) => c.apply(transaction),
  });
}

async function prepared(c: Consortium): Promise<PreparedRelease> {
  await petition(c);
  return c.prepare();
}

const receiptOf = (transaction: Uint8Array) => ({
  height: 1,
  index: 1,
  result: {},
  time: 1,
  transaction: decodeTransaction(nodeCrypto, transaction).id,
});

/** Attacks by the register agent that carries an author's update: it can withhold, and nothing else. */
export const registerAttacks: readonly Attack[] = [
  carriage("an altered manifest", "transaction/signature", async (_, { transaction }) =>
    altered(transaction, "1.0.0", "1.0.1"),
  ),
  carriage("another author's grant", "transaction/signature", async (_, { others, own, transaction }) =>
    altered(transaction, own, others),
  ),
  carriage("a registration under its own key", "identity/role", async (c, { own, prepared: update }) =>
    registration(c, update, own, c.member(1).registerAgent),
  ),
  carriage("a registration under its organisation's author", "author/organisation", async (c, given) =>
    registration(c, given.prepared, given.own, c.member(1).author),
  ),
  onLedger({
    name: "rogue register agent: an answer about something else",
    code: "author-agent/answer",
    threats: ["T4", "T27"],
    prepare: prepared,
    attack: (c, update) =>
      registerThrough(c, update, (transaction) => ({ ...receiptOf(transaction), transaction: c.manifestKey.kid })),
    honest: (c, update) => registerThrough(c, update, (transaction) => c.apply(transaction)),
  }),
  withoutEffect({
    name: "rogue register agent: withholds and says that it registered",
    threats: ["T4", "T27"],
    prepare: prepared,
    measure: (c) => c.replica.status,
    attack: (c, update) => registerThrough(c, update, receiptOf),
    honest: (c, update) => registerThrough(c, update, (transaction) => c.apply(transaction)),
  }),
];
