/** A thread that sends what it is given at a fixed rate, whatever becomes of it. */
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { Receipt } from "@firmament/replica";
import type { FloodJob, FloodResult } from "./flood.ts";

const TICK_MS = 20;

const receipts: Receipt[] = [];

async function send(front: string, body: Uint8Array): Promise<string> {
  const headers = { "content-type": "application/jose+json" };
  try {
    const answer = await fetch(new URL("v1/transactions", front), {
      body: Uint8Array.from(body),
      headers,
      method: "POST",
    });
    if (!answer.ok) return ((await answer.json()) as { readonly code: string }).code;
    receipts.push((await answer.json()) as Receipt);
    return "acknowledged";
  } catch {
    return "no answer";
  }
}

async function flood({ front, perSecond, transactions }: FloodJob): Promise<FloodResult> {
  const answers: Record<string, number> = {};
  const pending: Promise<void>[] = [];
  const started = performance.now();
  for (const [i, body] of transactions.entries()) {
    const early = started + (i * 1000) / perSecond - performance.now();
    if (early > TICK_MS) await delay(early);
    const sent = send(front, body).then((answer) => {
      answers[answer] = (answers[answer] ?? 0) + 1;
    });
    pending.push(sent);
  }
  const seconds = (performance.now() - started) / 1000;
  await Promise.all(pending);
  return { answers, perSecond: transactions.length / seconds, receipts };
}

parentPort?.postMessage(await flood(workerData as FloodJob));
