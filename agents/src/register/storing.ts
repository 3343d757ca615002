import type { ContentExpectation, contentErrors, StagedContent } from "@firmament/core/content";
import { Refusal } from "@firmament/core/errors";
import { WatchedSource } from "../upload/index.ts";
import { refuse } from "./errors.ts";
import type { StagingStore } from "./ports.ts";

const DIFFERS: readonly string[] = [
  "content/size-mismatch",
  "content/digest-mismatch",
  "content/cid-mismatch",
] satisfies (keyof typeof contentErrors)[];

export interface Intake {
  readonly expect: ContentExpectation;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

function stagingFault(cause: unknown): Refusal {
  if (!(cause instanceof Refusal)) return refuse("register-agent/store-unavailable", "", { cause });
  return DIFFERS.includes(cause.code) ? refuse("register-agent/payload", cause.message, { cause }) : cause;
}

/**
 * Streams a payload into the stage, where nobody can read it yet.
 *
 * @throws Refusal `register-agent/payload`, `register-agent/store-unavailable`, `content/too-large`; what the payload
 *   throws. Nothing remains then.
 */
export async function stagePayload(
  store: StagingStore,
  payload: AsyncIterable<Uint8Array>,
  intake: Intake,
): Promise<StagedContent> {
  const source = new WatchedSource();
  try {
    return await store.stage(source.read(payload), intake);
  } catch (cause) {
    if (source.failure !== undefined) throw source.failure;
    throw intake.signal.aborted ? cause : stagingFault(cause);
  }
}

/** Drops staged bytes; a store that fails here cleans up by itself later, and the first refusal is the one to tell. */
export async function discard(staged: StagedContent | undefined): Promise<void> {
  try {
    await staged?.discard();
  } catch {
    // Staged content does not survive the process, and nobody can read it.
  }
}

/**
 * Stores what was staged for a release that the ledger has accepted, and protects it from removal.
 *
 * @throws Refusal `register-agent/content-unstored`
 */
export async function storePayload(store: StagingStore, staged: StagedContent, release: string): Promise<void> {
  try {
    await staged.commit();
    await store.pin(staged.cid);
  } catch (cause) {
    await discard(staged);
    throw refuse("register-agent/content-unstored", `The release is ${release}.`, { cause });
  }
}
