import assert from "node:assert/strict";
import { toHex } from "@firmament/core/bytes";
import type { codecErrors } from "@firmament/core/codec";
import type { keysErrors } from "@firmament/core/keys";
import type { manifestErrors } from "@firmament/core/manifest";
import type { registryErrors, releaseErrors } from "@firmament/core/registry";
import type { trustErrors } from "@firmament/core/trust";
import type { Receipt } from "@firmament/replica";
import type { Consortium, LooseAction } from "@firmament/testing/kit";

export type Code = keyof (typeof registryErrors &
  typeof releaseErrors &
  typeof codecErrors &
  typeof keysErrors &
  typeof manifestErrors &
  typeof trustErrors);

/** Everything that a refused transaction must leave alone: log, state tree and the state's rows. */
function snapshot({ replica }: Consortium): unknown {
  const { height, root, size, time } = replica.status;
  const roots = replica.database.prepare("SELECT hash FROM roots ORDER BY size").all();
  const state = replica.database.prepare("SELECT * FROM state ORDER BY key").all();
  return { height, root: toHex(root), roots, size, state, time };
}

/** Asserts that an attempt is refused with this code and that nothing was written. */
export async function refused(c: Consortium, code: Code, attempt: () => unknown): Promise<void> {
  const before = snapshot(c);
  await assert.rejects(async () => await attempt(), { name: "Refusal", code });
  assert.deepEqual(snapshot(c), before, `${code} wrote something`);
}

/** Opens a proposal by the first of `by`, a second later than whatever was before, and has the rest vote for it; its digest. */
export async function propose(c: Consortium, action: LooseAction, by: readonly number[] = [0, 1]): Promise<string> {
  const [first = 0, ...others] = by;
  // The same action at the same time would be the same transaction, and answered with its old receipt.
  c.now += 1;
  const receipt = await c.submit(c.member(first).admin, "proposal.create", { action });
  const { proposal } = receipt.result as { readonly proposal: string };
  for (const i of others) await vote(c, i, proposal);
  return proposal;
}

export function vote(c: Consortium, member: number, proposal: string): Promise<Receipt> {
  return c.submit(c.member(member).admin, "proposal.vote", { proposal });
}

/** Asserts that the vote which would decide an action is refused with this code; the votes before it stand. */
export async function refusedDecision(c: Consortium, code: Code, action: LooseAction): Promise<void> {
  const proposal = await propose(c, action);
  await refused(c, code, () => vote(c, 2, proposal));
}

/** The parts of a receipt's result that tests look at. */
export function resultOf<T>(receipt: Receipt): T {
  return receipt.result as T;
}
