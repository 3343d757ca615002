import { setTimeout as delay } from "node:timers/promises";
import { signTransaction } from "@firmament/agents/signing";
import { Refusal } from "@firmament/core/errors";
import type { Action, Body, TransactionType } from "@firmament/core/registry";
import type { Receipt } from "@firmament/replica";
import type { FaultMember } from "./fault-member.ts";
import type { FaultNetwork } from "./fault-network.ts";

const LIFETIME = 300;
const PATIENCE_MS = 60_000;
const AGAIN_MS = 100;

/** A transaction by a member's administrator, which the ledger takes for `lifetime` seconds from now on. */
export function signed<T extends TransactionType>(
  { genesis }: FaultNetwork,
  { admin }: Pick<FaultMember, "admin">,
  type: T,
  body: Body<T>,
  lifetime = LIFETIME,
): Promise<Uint8Array> {
  const expires = Math.floor(Date.now() / 1000) + lifetime;
  return signTransaction(admin, { body, expires, ledger: genesis.ledger, type });
}

/** Hands a transaction to a member's front until the ledger decided on it. @throws Refusal of the rules */
export async function carried(network: FaultNetwork, by: FaultMember, transaction: Uint8Array): Promise<Receipt> {
  for (const started = performance.now(); ; await delay(AGAIN_MS)) {
    try {
      const receipt = await by.front.submit(transaction);
      network.receipts.set(receipt.transaction, receipt);
      return receipt;
    } catch (cause) {
      const isFinal = !(cause instanceof Refusal) || cause.status < 500;
      if (isFinal || performance.now() - started > PATIENCE_MS) throw cause;
    }
  }
}

/** The members' administrators propose an action and vote for it until it is decided. */
export async function decide(network: FaultNetwork, members: readonly FaultMember[], action: Action): Promise<void> {
  const [first, ...others] = members;
  if (first === undefined) throw new RangeError("somebody must propose");
  let receipt = await carried(network, first, await signed(network, first, "proposal.create", { action }));
  for (const voter of others) {
    const { decided, proposal } = receipt.result as { readonly decided: boolean; readonly proposal: string };
    if (decided) return;
    receipt = await carried(network, voter, await signed(network, voter, "proposal.vote", { proposal }));
  }
}
