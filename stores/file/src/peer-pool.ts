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
  readonly #slowMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #failures = new Map<string, PeerFailure>();
  #peers: Peer[];

  constructor(
    peers: readonly URL[],
    options: {
      /** Failures in a row after which a peer is given up. */
      readonly attempts: number;
      /** Time after which a success is so slow that the next try is another peer's. */
      readonly slowMs: number;
      readonly signal: AbortSignal | undefined;
    },
  ) {
    this.#peers = peers.map((url) => ({ url, strikes: 0 }));
    this.#attempts = options.attempts;
    this.#slowMs = options.slowMs;
    this.#signal = options.signal;
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
      const started = performance.now();
      try {
        const result = await work(peer.url);
        peer.strikes = 0;
        if (performance.now() - started > this.#slowMs) this.#last(peer);
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
    if (!final && peer.strikes < this.#attempts) this.#last(peer);
    else this.#peers = this.#peers.filter((other) => other !== peer);
  }

  // Behind all that have failed as often.
  #last(peer: Peer): void {
    const others = this.#peers.filter((other) => other !== peer);
    this.#peers = [...others, peer].sort((a, b) => a.strikes - b.strikes);
  }
}
