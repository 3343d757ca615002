import type { Device } from "./device.ts";
import { refuse } from "./errors.ts";

/** How far an entry may be ahead of a trusted clock, in seconds: clocks of honest machines differ. */
const MAX_AHEAD = 300;

/** What a device can rely on in spite of a revocation that it cannot see (PROTOCOL B-10). */
export interface Exposure {
  /** Seconds of the device's running clock; for a nonce, what its signers still count as the present. */
  readonly seconds: number;
  /** True where time without power does not count, so that the real time may be longer. */
  readonly plusTimeOff: boolean;
}

/**
 * The longest that a device of this clock profile goes on trusting evidence (PROTOCOL B-10).
 *
 * @param freshness the limit that holds for its class, seconds
 * @param signing the trust root's limit, half of which a nonce's signers go by, seconds
 */
export function exposureOf(clock: Device["clock"], freshness: number, signing = freshness): Exposure {
  switch (clock) {
    case "trusted":
      return { seconds: freshness + MAX_AHEAD, plusTimeOff: false };
    case "monotonic":
      return { seconds: freshness, plusTimeOff: true };
    case "none":
      return { seconds: Math.ceil(signing / 2), plusTimeOff: false };
  }
}

/**
 * The age of a bundle is its last entry's time, not a cosignature's (PROTOCOL B-10).
 *
 * @param now the device's clock, seconds since 1970; not looked at where the profile is `none`
 */
export function assertFresh(device: Device, entryTime: number, now: number, freshness: number): void {
  const newest = device.seen.time;
  if (entryTime < newest) throw refuse("bundle/entry-back", `Got ${entryTime}, seen ${newest}.`);
  if (device.clock === "none") return;
  if (device.clock === "trusted" && entryTime > now + MAX_AHEAD)
    throw refuse("bundle/entry-future", `Got ${entryTime} at ${now}.`);
  const age = Math.max(now, newest) - entryTime;
  if (age > freshness) throw refuse("bundle/entry-stale", `It is ${age} s old, the limit is ${freshness} s.`);
}
