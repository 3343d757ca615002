import { setTimeout as delay } from "node:timers/promises";
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
const MAX_ANSWER = 131_072;
/** Announcements on their way to one peer at a time: one that hangs must not use up this node's connections. */
const MAX_SENDING = 8;

async function boundedText(answer: Response): Promise<string> {
  const tooLong = () => new RangeError(`an answer is longer than ${MAX_ANSWER} bytes`);
  return new TextDecoder().decode(await boundedAnswer(answer, MAX_ANSWER, tooLong));
}

/** The other organisations' nodes over HTTP. */
export class HttpPeers implements WitnessPeers {
  readonly #peers: readonly URL[];
  readonly #log: WitnessLog;
  readonly #fetch: typeof fetch;
  readonly #sending = new Map<URL, number>();
  readonly #waiting = new Map<URL, Announcement>();

  constructor(peers: readonly URL[], log: WitnessLog, carry: typeof fetch = fetch) {
    this.#peers = peers;
    this.#log = log;
    this.#fetch = carry;
  }

  announce(announcement: Announcement): void {
    for (const peer of this.#peers) this.#queue(peer, announcement);
  }

  async *collect(signal: AbortSignal): AsyncIterable<readonly Announcement[]> {
    const asked = this.#peers.map(async (peer) => ({ peer, found: await this.#ask(peer, signal) }));
    for (const each of asked) {
      const { found, peer } = await each;
      const parsed = found === undefined ? undefined : this.#parse(peer, found);
      if (parsed !== undefined) yield parsed;
    }
  }

  // Who says one thing wrongly has said nothing: its answer is as long as it likes, the log must not be.
  #parse(peer: URL, values: readonly unknown[]): readonly Announcement[] | undefined {
    try {
      return values.map(parseAnnouncement);
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause;
      this.#log("peer wrong", { peer: peer.href, code: cause.code });
      return undefined;
    }
  }

  // Of those that a slow peer keeps waiting the newest is worth telling.
  #queue(peer: URL, announcement: Announcement): void {
    const sending = this.#sending.get(peer) ?? 0;
    if (sending >= MAX_SENDING) {
      this.#waiting.set(peer, announcement);
      return;
    }
    this.#sending.set(peer, sending + 1);
    void this.#tell(peer, announcement).finally(() => {
      this.#sending.set(peer, (this.#sending.get(peer) ?? 1) - 1);
      const next = this.#waiting.get(peer);
      this.#waiting.delete(peer);
      if (next !== undefined) this.#queue(peer, next);
    });
  }

  // A peer that has not reached the size yet refuses; it is told again, and asks by itself after a restart.
  async #tell(peer: URL, announcement: Announcement): Promise<void> {
    for (let told = 0; told <= RETRIES; told++) {
      if (told > 0) await delay(RETRY_MS, undefined, { ref: false });
      if (await this.#send(peer, announcement)) return;
    }
    this.#log("peer away", { peer: peer.href, size: announcement.size });
  }

  async #send(peer: URL, announcement: Announcement): Promise<boolean> {
    const body = JSON.stringify(announcementJson(announcement));
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const request = { method: "POST", body, headers, redirect: "error", signal } as const;
    try {
      const answer = await this.#fetch(new URL("v1/cosignatures", peer), request);
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  }

  async #ask(peer: URL, signal: AbortSignal): Promise<readonly unknown[] | undefined> {
    try {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await this.#fetch(new URL("v1/cosignatures", peer), { redirect: "error", signal: bounded });
      const answer: unknown = JSON.parse(await boundedText(response));
      return response.ok && Array.isArray(answer) ? (answer as readonly unknown[]) : undefined;
    } catch {
      return undefined;
    }
  }
}
