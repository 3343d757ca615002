import assert from "node:assert/strict";
import { equal, fromUtf8 } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";

/**
 * What a decoder reads. `json`: canonical JSON as bytes. `value`: a JSON value that an HTTP front has parsed, in any
 * spelling. `cbor`, `text`, `bytes`: as they say.
 */
export type Form = "bytes" | "cbor" | "json" | "text" | "value";

/** One decoder of the product, with honest inputs to be made malformed. */
export interface Decoder {
  /** The name of the function, as its module exports it. */
  readonly name: string;
  readonly form: Form;
  readonly samples: readonly Uint8Array[];
  readonly decode: (bytes: Uint8Array) => unknown;
  /** Asserts that what was accepted is exactly what the input says, so that nothing has two spellings. */
  readonly accepted: (value: unknown, bytes: Uint8Array) => void;
  /** How often its sample is changed, where one decoding costs much; all changes otherwise. */
  readonly most?: number;
}

type Entry<T> = Omit<Decoder, "accepted" | "decode" | "form"> & {
  readonly decode: (bytes: Uint8Array) => T | Promise<T>;
  /** The bytes that a decoded value stands for. */
  readonly encode: (value: T) => Uint8Array;
};

const sameBytes = (again: Uint8Array, bytes: Uint8Array): void => {
  assert.ok(equal(again, bytes), "two spellings of one value were accepted");
};

/** A decoder whose values have one spelling in bytes. */
export function exact<T>(form: Form, { decode, encode, ...rest }: Entry<T>): Decoder {
  return { ...rest, form, decode, accepted: (value, bytes) => sameBytes(encode(value as T), bytes) };
}

/** A decoder of canonical JSON whose value is the document. */
export function document<T>(entry: Omit<Entry<T>, "encode">): Decoder {
  return exact("json", { ...entry, encode: (value) => canonicalBytes(value) });
}

/** A decoder that accepts nothing but the honest input: whatever is changed breaks a digest or a signature. */
export function sealed<T>(form: Form, { decode, ...rest }: Omit<Entry<T>, "encode">): Decoder {
  const accepted = (_value: unknown, bytes: Uint8Array): void => {
    assert.ok(
      rest.samples.some((sample) => equal(sample, bytes)),
      "altered bytes were accepted",
    );
  };
  return { ...rest, form, decode, accepted };
}

/** A decoder of a parsed JSON value; `json` gives back the value that it read. */
export function parsed<T>(entry: {
  readonly name: string;
  readonly samples: readonly unknown[];
  readonly decode: (value: unknown) => T;
  readonly json?: (value: T) => unknown;
}): Decoder {
  const { decode, json = (value: T): unknown => value, name } = entry;
  const samples = entry.samples.map((sample) => new Uint8Array(Buffer.from(JSON.stringify(sample))));
  return {
    name,
    form: "value",
    samples,
    decode: (bytes) => decode(JSON.parse(fromUtf8(bytes))),
    accepted: (value, bytes) => assert.deepEqual(json(value as T), JSON.parse(fromUtf8(bytes))),
  };
}
