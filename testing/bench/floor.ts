import type { Crypto } from "@firmament/core/keys";
import { median, timed } from "./statistics.ts";

/** The same work with and without everything around its primitives, in milliseconds. */
export interface Ratio {
  readonly work: number;
  readonly floor: number;
  readonly ratio: number;
  readonly signatures: number;
  readonly hashes: number;
}

type Call = () => unknown;

/** A crypto port with all that it was asked for, to be asked again bare. */
export interface Recorder {
  readonly port: Crypto;
  readonly signatures: readonly Call[];
  readonly hashes: readonly Call[];
}

/** A crypto port that notes what it is asked for. */
export function recorder(crypto: Crypto): Recorder {
  const [signatures, hashes]: [Call[], Call[]] = [[], []];
  const hashed =
    <A extends readonly Uint8Array[]>(hash: (...args: A) => Uint8Array) =>
    (...args: A): Uint8Array => {
      hashes.push(() => hash(...args));
      return hash(...args);
    };
  const port: Crypto = {
    hmacSha256: hashed((key, bytes) => crypto.hmacSha256(key, bytes)),
    sha256: hashed((bytes) => crypto.sha256(bytes)),
    sha384: hashed((bytes) => crypto.sha384(bytes)),
    verify(...args) {
      signatures.push(() => crypto.verify(...args));
      return crypto.verify(...args);
    },
  };
  return { hashes, port, signatures };
}

/** Makes recorded calls again. */
export function repeat(calls: readonly Call[]): void {
  for (const call of calls) call();
}

/**
 * Times a piece of work against the bare primitives that it calls, the two in turn.
 *
 * @returns medians of `rounds` runs each
 */
export function againstFloor(crypto: Crypto, work: (crypto: Crypto) => unknown, rounds: number): Ratio {
  const { hashes, port, signatures } = recorder(crypto);
  work(port);
  const bare = () => {
    repeat(signatures);
    repeat(hashes);
  };
  for (let i = 0; i < rounds / 4; i++) {
    work(crypto);
    bare();
  }
  const times = Array.from({ length: rounds }, () => ({ floor: timed(bare), work: timed(() => work(crypto)) }));
  const [floor, whole] = [median(times.map((each) => each.floor)), median(times.map((each) => each.work))];
  return { floor, hashes: hashes.length, ratio: whole / floor, signatures: signatures.length, work: whole };
}
