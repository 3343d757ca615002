import { type Decoded, digest256, object, oneOf } from "@firmament/core/codec";
import { receipt } from "@firmament/replica";

/** States that a release can have right after its registration: a policy without receipts moves it further. */
const state = oneOf("PUBLISHED", "REGISTERED", "STORED", "SUPERSEDED");

/** What the ledger says of an accepted `release.register`. */
export const registered = object({ release: digest256, state });

/** Answer of `POST /register`, unchanged from the register agent to the author (S4-28). */
export const registration = object({ receipt, release: digest256, state });
export type Registration = Decoded<typeof registration>;
