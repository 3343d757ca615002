import {
  type Decoded,
  type Decoder,
  digest256,
  integer,
  type Json,
  object,
  oneOf,
  seconds,
} from "@firmament/core/codec";

const anyJson: Decoder<Json> = (value) => value as Json;

const receipt = object({
  height: integer(0),
  index: integer(0),
  result: anyJson,
  time: seconds,
  transaction: digest256,
});

/** States that a release can have right after its registration: a policy without receipts moves it further. */
const state = oneOf("PUBLISHED", "REGISTERED", "STORED", "SUPERSEDED");

/** What the ledger says of an accepted `release.register`. */
export const registered = object({ release: digest256, state });

/** Answer of `POST /register`, unchanged from the register agent to the author (S4-28). */
export const registration = object({ receipt, release: digest256, state });
export type Registration = Decoded<typeof registration>;
