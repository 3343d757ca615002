import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Receipt } from "@firmament/replica";

/** Transactions that one front is sent, at a rate that does not depend on its answers. */
export interface FloodJob {
  readonly front: string;
  readonly perSecond: number;
  readonly transactions: readonly Uint8Array[];
}

export interface FloodResult {
  /** How often each answer came: `acknowledged`, or the code of a refusal. */
  readonly answers: Readonly<Record<string, number>>;
  readonly receipts: readonly Receipt[];
  /** Rate at which they were really sent. */
  readonly perSecond: number;
}

/** Floods a front from a thread of its own, so that whoever measures meanwhile is not slowed by it. */
export async function flood(job: FloodJob): Promise<FloodResult> {
  const worker = new Worker(new URL("flood-worker.ts", import.meta.url), { workerData: job });
  const [result] = (await once(worker, "message")) as [FloodResult];
  await worker.terminate();
  return result;
}
