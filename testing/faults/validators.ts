import { join } from "node:path";
import { EngineRpc } from "@firmament/ledger-cometbft/engine-rpc";
import type { FaultMember } from "./fault-member.ts";

/** How many validators decide the next block, as a member's engine says. */
export async function validatorCount({ home, name }: FaultMember): Promise<number> {
  using rpc = new EngineRpc(join(home.runFolder(name), "rpc.sock"));
  const { total } = (await rpc.call("validators")) as { readonly total: string };
  return Number(total);
}
