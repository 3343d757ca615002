import type { LedgerStatus } from "@firmament/replica";
import { carried } from "./acts.ts";
import type { FaultMember } from "./fault-member.ts";
import type { FaultNetwork } from "./fault-network.ts";
import { declaration } from "./load.ts";
import { until } from "./until.ts";

/** What a member's front says of its ledger; nothing while it does not answer. */
export async function statusOf({ front }: FaultMember): Promise<LedgerStatus | undefined> {
  try {
    return await front.status(AbortSignal.timeout(2000));
  } catch {
    return undefined;
  }
}

/** Submits one transaction at a member's front until it is acknowledged. @returns milliseconds that it took */
export async function commitAt(network: FaultNetwork, member: FaultMember): Promise<number> {
  const transaction = await declaration(network, member);
  const started = performance.now();
  await carried(network, member, transaction);
  return performance.now() - started;
}

/** Waits until a member has what the others have now. @returns milliseconds that it took */
export async function untilCaughtUp(network: FaultNetwork, member: FaultMember, within = 60_000): Promise<number> {
  const others = await Promise.all(network.members.filter((each) => each !== member).map(statusOf));
  const size = Math.max(0, ...others.map((each) => each?.size ?? 0));
  return until(`${member.name} has ${size} entries`, within, async () => ((await statusOf(member))?.size ?? 0) >= size);
}
