import { type FaultCase, type Seen, Stage } from "./case.ts";
import { FaultNetwork } from "./fault-network.ts";
import { assertInvariants } from "./invariants.ts";

const INVARIANTS_SECONDS = 120;

/** What became of one case. */
export interface Played extends Seen {
  readonly name: string;
  readonly fault: string;
  readonly verdict: "failed" | "held" | "skipped";
  /** Why it failed or was skipped. */
  readonly reason: string;
  readonly seconds: number;
}

const UNSEEN: Seen = { figures: {}, notes: [] };

function failure(cause: unknown): Pick<Played, "reason" | "verdict"> {
  return { reason: cause instanceof Error ? cause.message : String(cause), verdict: "failed" };
}

const secondsSince = (started: number): number => (performance.now() - started) / 1000;

// What is given up may still go on: its network is thrown away then.
async function inTime<T>(what: string, seconds: number, stop: AbortSignal, work: Promise<T>): Promise<T> {
  const end = AbortSignal.any([stop, AbortSignal.timeout(seconds * 1000)]);
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = () => {
    reject(new Error(stop.aborted ? `${what} was stopped` : `${what} took longer than ${seconds} s`));
  };
  end.addEventListener("abort", giveUp);
  try {
    return await Promise.race([work, promise]);
  } finally {
    end.removeEventListener("abort", giveUp);
  }
}

async function playOn(stage: Stage, { run, seconds }: FaultCase, stop: AbortSignal): Promise<void> {
  try {
    await inTime("the case", seconds, stop, run(stage));
  } finally {
    await stage.end();
  }
  await stage.network.heal();
  const held = await inTime("healing", INVARIANTS_SECONDS, stop, assertInvariants(stage.network));
  stage.time("all copies together after", held.togetherMs);
  stage.figure("receipts kept", String(held.receipts));
  stage.figure("cosigned checkpoints", String(held.checkpoints));
}

/**
 * Plays cases one after the other on one network; after a failure the next gets a new one. Nothing is left running when
 * the generator ends, which it does early where the signal says so.
 */
export async function* play(
  cases: readonly FaultCase[],
  progress: (name: string, text: string) => void,
  stop: AbortSignal,
): AsyncGenerator<Played> {
  let network: FaultNetwork | undefined;
  try {
    for (const each of cases) {
      if (stop.aborted) return;
      const { fault, name } = each;
      const missing = each.missing?.();
      if (missing !== undefined) {
        yield { fault, name, ...UNSEEN, reason: missing, seconds: 0, verdict: "skipped" };
        continue;
      }
      progress(name, fault);
      const arrived = performance.now();
      try {
        network ??= await FaultNetwork.start();
      } catch (cause) {
        yield { fault, name, ...UNSEEN, ...failure(cause), seconds: secondsSince(arrived) };
        continue;
      }
      const stage = new Stage(network, (text) => {
        progress(name, text);
      });
      const started = performance.now();
      const outcome = await playOn(stage, each, stop).then(() => ({ reason: "", verdict: "held" as const }), failure);
      yield { fault, name, ...stage.seen, ...outcome, seconds: secondsSince(started) };
      if (outcome.verdict === "held") continue;
      await network[Symbol.asyncDispose]();
      network = undefined;
    }
  } finally {
    await network?.[Symbol.asyncDispose]();
  }
}
