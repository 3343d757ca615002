import { Refusal } from "@firmament/core/errors";
import type { Offer } from "@firmament/core/update";
import type { Decider, Ruling } from "@firmament/device";

function refusalOf(code: string): Refusal {
  return new Refusal(code, { status: 409, rule: "A ruling of a test.", remedy: "None." }, "");
}

/** Lets everything be installed, and remembers what it was asked. */
export class WillingDecider implements Decider {
  readonly asked: (readonly Offer[])[] = [];

  async decide(offers: readonly Offer[]): Promise<Ruling> {
    this.asked.push(offers);
    return { action: "install", offers };
  }
}

/** Drops one release with a code and lets every other one be installed. */
export function decliningDecider(release: string, code: string): Decider {
  return {
    decide: async (offers) =>
      offers.some((each) => each.release === release)
        ? { action: "drop", refusal: refusalOf(code) }
        : { action: "install", offers },
  };
}

/** Lets the device wait so many times before each installation. */
export function waitingDecider(times: number, code = "offer/safe-state"): Decider {
  let asked = 0;
  return {
    decide: async (offers) =>
      asked++ % (times + 1) < times ? { action: "wait", refusal: refusalOf(code) } : { action: "install", offers },
  };
}
