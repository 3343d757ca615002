import { setTimeout as sleep } from "node:timers/promises";
import { refuseTransfer } from "./errors.ts";
import { PeerFault, type PeerFaultReason } from "./peer-fault.ts";

/** What was wrong with a peer during one transfer; equal failures are counted. */
export interface PeerFailure {
  readonly peer: string;
  readonly reason: PeerFaultReason;
  readonly times: number;
  /** What happened the last time. */
  readonly detail: string;
}

interface Peer {
  readonly url: URL;
  /** Failures since the peer last delivered something that was right. */
  strikes: number;
}

const FIRST_WAIT_MS = 100;

/** The peers of one transfer. The one that works is kept; one that fails comes last, or not again. */
export class PeerPool {
  readonly #attempts: number;
  readonly #signal: AbortSignal | undefined;
  readonly #failures = new Map<string, PeerFailure>();
  #peers: Peer[];

  /** @param attempts failures in a row after which a peer is given up */
  constructor(peers: readonly URL[], attempts: number, signal: AbortSignal | undefined) {
    this.#peers = peers.map((url) => ({ url, strikes: 0 }));
    this.#attempts = attempts;
    this.#signal = signal;
  }

  get failures(): readonly PeerFailure[] {
    return [...this.#failures.values()];
  }

  /**
   * Lets one peer after the other try, until one succeeds.
   *
   * @throws Refusal `transfer/unavailable` where no peer is left; the signal's reason; any error of `work` that is
   *   no {@link PeerFault}
   */
  async attempt<T>(work: (peer: URL) => Promise<T>): Promise<T> {
    for (;;) {
      this.#signal?.throwIfAborted();
      const peer = await this.#next();
      try {
        const result = await work(peer.url);
        peer.strikes = 0;
        return result;
      } catch (error) {
        this.#signal?.throwIfAborted();
        if (!(error instanceof PeerFault)) throw error;
        this.#note(peer, error);
      }
    }
  }

  async #next(): Promise<Peer> {
    const [peer] = this.#peers;
    if (peer === undefined) {
      const list = this.failures.map(({ peer: at, reason, detail }) => `${at}: ${reason} (${detail})`).join("; ");
      throw refuseTransfer("transfer/unavailable", list === "" ? "No peer was named." : `${list}.`);
    }
    // A peer that has failed comes first only when all others have failed as often.
    if (peer.strikes > 0) await this.#wait(FIRST_WAIT_MS * 2 ** peer.strikes);
    return peer;
  }

  async #wait(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, this.#signal && { signal: this.#signal });
    } finally {
      this.#signal?.throwIfAborted();
    }
  }

  #note(peer: Peer, { reason, message, final }: PeerFault): void {
    const key = `${reason} ${peer.url.href}`;
    const times = (this.#failures.get(key)?.times ?? 0) + 1;
    this.#failures.set(key, { peer: peer.url.href, reason, times, detail: message });
    peer.strikes += 1;
    const others = this.#peers.filter((other) => other !== peer);
    const stays = !final && peer.strikes < this.#attempts;
    this.#peers = [...others, ...(stays ? [peer] : [])].sort((a, b) => a.strikes - b.strikes);
  }
}
