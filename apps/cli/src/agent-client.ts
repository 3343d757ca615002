import { createReadStream } from "node:fs";
import { fromUtf8 } from "@firmament/core/bytes";
import { boundedAnswer, formBody } from "@firmament/agents/http";
import { type Refusal, refusalFromJson } from "@firmament/core/errors";
import { refuse } from "./errors.ts";

const CHUNK = 262_144;
const MAX_JSON = 65_536;

/** Reads an answer of at most so many bytes; an agent may send anything. @throws Refusal `cli/agent` */
export function bounded(answer: Response, maxBytes: number): Promise<Uint8Array> {
  return boundedAnswer(answer, maxBytes, () => refuse("cli/agent", `The answer is longer than ${maxBytes} bytes.`));
}

async function refusalOf(answer: Response): Promise<Refusal> {
  const raw = fromUtf8(await bounded(answer, MAX_JSON));
  try {
    return refusalFromJson(answer.status, JSON.parse(raw)) ?? refuse("cli/agent", `Status ${answer.status}.`);
  } catch (cause) {
    return refuse("cli/agent", `Status ${answer.status}.`, { cause });
  }
}

/**
 * Asks an agent; a refusal comes back with the code of its source.
 *
 * @param carry sends the request, where the platform's own `fetch` does not know the agent's authority
 * @throws Refusal
 */
export async function ask(
  base: string,
  path: string,
  init: RequestInit = {},
  carry: typeof fetch = fetch,
): Promise<Response> {
  let answer: Response;
  try {
    answer = await carry(new URL(path, base), { redirect: "error", ...init });
  } catch (cause) {
    throw refuse("cli/agent", base, { cause });
  }
  if (!answer.ok) throw await refusalOf(answer);
  return answer;
}

/** Asks an author agent for a registration token; the agent keeps it. @throws Refusal */
export async function sendPetition(
  base: string,
  petition: { readonly publicKey: string; readonly message: string; readonly signedMessage: string },
  carry: typeof fetch = fetch,
): Promise<string> {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", body: JSON.stringify(petition), headers };
  const answer = await ask(base, "register/author", init, carry);
  return fromUtf8(await bounded(answer, MAX_JSON));
}

/** Sends an update to an author agent, its image streamed from the file. @throws Refusal */
export async function sendUpdate(
  base: string,
  update: { readonly publicKey: string; readonly update: unknown; readonly image: string },
  carry: typeof fetch = fetch,
): Promise<unknown> {
  const fields = { publicKey: update.publicKey, update: JSON.stringify(update.update) };
  const { chunks, contentType } = formBody(fields, "payload", createReadStream(update.image, { highWaterMark: CHUNK }));
  const body = ReadableStream.from(chunks);
  const init = { method: "POST", body, duplex: "half", headers: { "content-type": contentType } } as const;
  const answer = fromUtf8(await bounded(await ask(base, "register", init, carry), MAX_JSON));
  try {
    return JSON.parse(answer);
  } catch (cause) {
    throw refuse("cli/agent", "The answer is no JSON.", { cause });
  }
}
