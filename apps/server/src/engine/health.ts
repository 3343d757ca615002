import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  boolean,
  type Decoded,
  digest256,
  integer,
  list,
  object,
  oneOf,
  organisationName,
  seconds,
  text,
} from "@firmament/core/codec";
import { replaceFile } from "../durable-file.ts";
import { pairStates } from "./supervisor.ts";

const natural = integer(0);
const signed = integer(Number.MIN_SAFE_INTEGER);
const hash = text({ max: 64, min: 0 });

/** What a ledger's front says of itself, and how far its clock is from ours, seconds. */
const front = object({ height: natural, root: digest256, size: natural, clockOffset: signed });
export type FrontState = Decoded<typeof front>;

const engine = object({
  height: natural,
  appHash: hash,
  time: signed,
  isCatchingUp: boolean,
  version: text({ max: 128, min: 0 }),
  peers: list(text({ max: 40 }), { max: 256 }),
});

const ending = object(
  { time: seconds, reason: text({ max: 4096 }) },
  {
    ahead: object({ application: natural, engine: natural }),
    contradiction: object({ ours: hash, others: hash }),
    said: object({ code: text({ max: 64 }), words: text({ max: 16_384 }) }),
  },
);

const health = object(
  {
    time: seconds,
    organisation: organisationName,
    state: oneOf(...pairStates),
    /** Starts of the pair after the first. */
    restarts: natural,
    /** Other organisations; one that does not answer has no state. */
    others: list(object({ organisation: organisationName }, { state: front }), { max: 64 }),
    /** Free bytes of the home's disk. */
    diskFree: natural,
  },
  { engine, application: front, last: ending },
);

/** What a supervisor sees of its pair and of the other organisations; `engine` and `application` only where they answer. */
export type Health = Decoded<typeof health>;

const fileIn = (runFolder: string) => join(runFolder, "health.json");

/** @param runFolder of the organisation */
export function writeHealth(runFolder: string, state: Health): void {
  replaceFile(fileIn(runFolder), `${JSON.stringify(state, null, 2)}\n`);
}

/** What a supervisor wrote last; nothing where none has run, or the file is no health. */
export async function readHealth(runFolder: string): Promise<Health | undefined> {
  try {
    return health(JSON.parse(await readFile(fileIn(runFolder), "utf8")), "health");
  } catch {
    return undefined;
  }
}
