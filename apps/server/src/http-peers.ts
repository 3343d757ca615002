import { boundedAnswer } from "@firmament/agents/http";
import {
  type Announcement,
  announcementJson,
  parseAnnouncement,
  type WitnessLog,
  type WitnessPeers,
} from "@firmament/agents/witness";
import { Refusal } from "@firmament/core/errors";

const TIMEOUT_MS = 5000;
const RETRIES = 3;
const RETRY_MS = 250;
const MAX_ANSWER = 65_536;

async function boundedText(answer: Response): Promise<string> {
  const tooLong = () => new RangeError(`an answer is longer than ${MAX_ANSWER} bytes`);
  return new TextDecoder().decode(await boundedAnswer(answer, MAX_ANSWER, tooLong));
}

/** The other organisations' nodes over HTTP. */
export class HttpPeers implements WitnessPeers {
  readonly #peers: readonly URL[];
  readonly #log: WitnessLog;

  constructor(peers: readonly URL[], log: WitnessLog) {
    this.#peers = peers;
    this.#log = log;
  }

  announce(announcement: Announcement): void {
    for (const peer of this.#peers) void this.#tell(peer, announcement, RETRIES);
  }

  async *collect(signal: AbortSignal): AsyncIterable<readonly Announcement[]> {
    const asked = this.#peers.map(async (peer) => ({ peer, found: await this.#ask(peer, signal) }));
    for (const each of asked) {
      const { found, peer } = await each;
      if (found !== undefined) yield found.flatMap((value) => this.#parse(peer, value) ?? []);
    }
  }

  // What a peer says wrongly is its own affair.
  #parse(peer: URL, value: unknown): Announcement | undefined {
    try {
      return parseAnnouncement(value);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.#log("peer wrong", { peer: peer.href, code: cause.code });
      return undefined;
    }
  }

  // A peer that has not reached the size yet refuses; it is told again, and asks by itself after a restart.
  async #tell(peer: URL, announcement: Announcement, retries: number): Promise<void> {
    const body = JSON.stringify(announcementJson(announcement));
    const headers = { "content-type": "application/json" };
    const request = {
      method: "POST",
      body,
      headers,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    } as const;
    try {
      const answer = await fetch(new URL("v1/cosignatures", peer), request);
      await answer.body?.cancel();
      if (answer.ok) return;
    } catch {
      // Told again below.
    }
    if (retries === 0) this.#log("peer away", { peer: peer.href, size: announcement.size });
    else setTimeout(() => void this.#tell(peer, announcement, retries - 1), RETRY_MS).unref();
  }

  async #ask(peer: URL, signal: AbortSignal): Promise<readonly unknown[] | undefined> {
    try {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(new URL("v1/cosignatures", peer), { redirect: "error", signal: bounded });
      const answer: unknown = JSON.parse(await boundedText(response));
      return response.ok && Array.isArray(answer) ? (answer as readonly unknown[]) : undefined;
    } catch {
      return undefined;
    }
  }
}
