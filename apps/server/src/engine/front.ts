import { parseStatus } from "@firmament/ledger-http/wire";
import type { FrontState } from "./health.ts";

const TIMEOUT_MS = 3000;
const MAX_ANSWER = 4096;

async function shortText(answer: Response): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER) throw new RangeError("the answer is too long");
  }
  return text;
}

/** Asks a ledger's front for its state and its clock; nothing where it does not answer as a front does. */
export async function frontState(front: string, fetched: typeof fetch): Promise<FrontState | undefined> {
  try {
    const asked = Date.now();
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetched(new URL("v1/status", front), { redirect: "error", signal });
    const { height, root, size } = parseStatus(JSON.parse(await shortText(answer)));
    // The header is cut to whole seconds: half of one is the best guess of what was cut.
    const theirs = Date.parse(answer.headers.get("date") ?? "") + 500;
    const clockOffset = Math.round((theirs - (asked + Date.now()) / 2) / 1000);
    return { clockOffset: Number.isNaN(clockOffset) ? 0 : clockOffset, height, root, size };
  } catch {
    return undefined;
  }
}
