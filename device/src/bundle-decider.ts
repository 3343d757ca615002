import { type Device, type Verdict, verifyBundle } from "@firmament/core/bundle";
import { Refusal } from "@firmament/core/errors";
import type { Crypto } from "@firmament/core/keys";
import type { Offer } from "@firmament/core/update";
import type { Decider, Ruling } from "./decider.ts";

/** Where evidence comes from and goes to. */
export interface Evidence {
  readonly crypto: Crypto;
  /** The device's clock, seconds since 1970. */
  now(): number;
  /** The device's document as it is now; without a clock, with a nonce that was never used. */
  device(): Promise<Device>;
  /** A bundle for the device, from anywhere. @throws where there is none to be had */
  fetch(device: Device, signal?: AbortSignal): Promise<Uint8Array>;
  /** Keeps what the device has seen, durably, before anything is done about it. */
  remember(verdict: Verdict): Promise<void>;
}

// Codes of a moment that passes; a hold is none, since its release may never come free.
const passing: readonly string[] = ["offer/safe-state", "offer/window"];

/** Whether a fetched image is worth keeping although it may not be installed now. */
export function isPassing({ code }: Refusal): boolean {
  return passing.includes(code);
}

/**
 * Decides by the bundle at hand for as long as it is fresh, else by a new one (PROTOCOL B-23). Without a clock a
 * device cannot tell, so every decision takes a new bundle.
 */
export class BundleDecider implements Decider {
  readonly #evidence: Evidence;
  #held: Uint8Array | undefined;
  #latest = 0;

  constructor(evidence: Evidence, held?: Uint8Array) {
    this.#evidence = evidence;
    this.#held = held;
  }

  /** @throws Refusal with the code of a new bundle that is refused; what {@link Evidence} throws */
  async decide(offers: readonly Offer[], signal?: AbortSignal): Promise<Ruling> {
    const decided: Offer[] = [];
    for (const offer of offers) {
      const { decision } = await this.#verdict(offer.release, signal);
      if (decision.action === "refuse") {
        const { refusal } = decision;
        return { action: isPassing(refusal) ? "wait" : "drop", refusal };
      }
      if (decision.action === "install") decided.push({ ...offer, floor: decision.floor });
    }
    return { action: "install", offers: decided };
  }

  async #verdict(wanted: string, signal: AbortSignal | undefined): Promise<Verdict> {
    const device = await this.#evidence.device();
    return this.#verdictOfHeld(device, wanted) ?? (await this.#verdictOfNew(device, wanted, signal));
  }

  #verdictOfHeld(device: Device, wanted: string): Verdict | undefined {
    if (this.#held === undefined || device.clock === "none") return undefined;
    try {
      return this.#verify(this.#held, device, wanted);
    } catch (cause) {
      if (cause instanceof Refusal) return undefined;
      throw cause;
    }
  }

  async #verdictOfNew(device: Device, wanted: string, signal: AbortSignal | undefined): Promise<Verdict> {
    const bundle = await this.#evidence.fetch(device, signal);
    const verdict = this.#verify(bundle, device, wanted);
    await this.#evidence.remember(verdict);
    this.#held = bundle;
    return verdict;
  }

  #verify(bytes: Uint8Array, device: Device, wanted: string): Verdict {
    const { crypto } = this.#evidence;
    return verifyBundle(bytes, { crypto, device, now: this.#now(device), wanted });
  }

  // B-10: a monotonic clock that went back would make old evidence fresh again.
  #now({ clock }: Device): number {
    const now = this.#evidence.now();
    this.#latest = Math.max(this.#latest, now);
    return clock === "monotonic" ? this.#latest : now;
  }
}
