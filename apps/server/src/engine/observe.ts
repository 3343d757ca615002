import { statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "../home.ts";
import { frontState } from "./front.ts";
import type { Health } from "./health.ts";
import { enginePeers, engineState } from "./probe.ts";
import { engineSockets } from "./sockets.ts";

async function engineOf(runFolder: string): Promise<Health["engine"]> {
  const socket = join(runFolder, engineSockets.rpc);
  try {
    const [state, peers] = await Promise.all([engineState(socket), enginePeers(socket)]);
    return { ...state, peers };
  } catch {
    return undefined;
  }
}

/** What can be seen of a pair from outside, now. */
export type Observed = Pick<Health, "application" | "diskFree" | "engine" | "others" | "time">;

/**
 * Asks an organisation's engine, its own front and the others' fronts. Never throws for what does not answer.
 *
 * @param fetched how fronts are reached
 */
export async function observe(home: Home, organisation: string, fetched: typeof fetch): Promise<Observed> {
  const { nodes } = await home.network();
  const [engine, disk, ...fronts] = await Promise.all([
    engineOf(home.runFolder(organisation)),
    statfs(home.path),
    ...nodes.map(async (each) => ({
      organisation: each.organisation,
      state: each.ledger === undefined ? undefined : await frontState(each.ledger, fetched),
    })),
  ]);
  const application = fronts.find((each) => each.organisation === organisation)?.state;
  const others = fronts
    .filter((each) => each.organisation !== organisation)
    .map(({ organisation: name, state }) => ({ organisation: name, ...(state === undefined ? {} : { state }) }));
  return {
    time: Math.floor(Date.now() / 1000),
    diskFree: disk.bavail * disk.bsize,
    others,
    ...(engine === undefined ? {} : { engine }),
    ...(application === undefined ? {} : { application }),
  };
}
