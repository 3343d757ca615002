import fc from "fast-check";
import type { Change, StateKey } from "@firmament/core/state";

const className = fc.constantFrom("sensor", "valve", "ventilator");
const author = fc.constantFrom("a", "b", "c", "d");

/** Keys from a small universe, so that a sequence meets the same ones again. */
export const anyKey: fc.Arbitrary<StateKey> = fc.oneof(
  className.map((name): StateKey => ["head", name]),
  className.map((name): StateKey => ["policy", name]),
  fc.tuple(author, className).map(([who, name]): StateKey => ["entitlement", who, name]),
  fc.integer({ min: 0, max: 40 }).map((n): StateKey => ["release", String(n)]),
  fc.constant<StateKey>(["ledger"]),
);

export const anyValue: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 3 });

/** The keys of one transaction: none comes twice. */
export const anyBatch: fc.Arbitrary<readonly Change[]> = fc.uniqueArray(
  fc.record({ key: anyKey, value: fc.option(anyValue, { nil: undefined, freq: 2 }) }),
  { maxLength: 8, selector: (change) => JSON.stringify(change.key) },
);

export const anySequence = fc.array(anyBatch, { maxLength: 12 });
