import { type Call, consortiumOf, requireRole } from "../context.ts";
import { refuse } from "../errors.ts";
import { tables } from "../records.ts";
import type { Reading } from "../scope.ts";
import { trustInForce } from "./electorate.ts";
import type { TransactionOf } from "../transaction.ts";

const MAX_SKEW = 60;

/** PROTOCOL W-3: keeps the newest entry fresh when nobody works; the time itself is written by the transition. */
export function* tick({ context, scope, signer, transaction }: Call<TransactionOf<"tick">>): Reading<object> {
  requireRole(signer, "node");
  const { time } = transaction.body;
  if (Math.abs(time - context.time) > MAX_SKEW) throw refuse("tick/time", `Got ${time} at ${context.time}.`);
  const ledger = yield* scope.must(tables.ledger);
  const freshness = Math.min((yield* consortiumOf(scope)).freshness, (yield* trustInForce(scope)).freshness);
  const due = ledger.time + Math.floor(freshness / 3);
  if (context.time < due) throw refuse("tick/early", `Due at ${due}, it is ${context.time}.`);
  return { time: context.time };
}
