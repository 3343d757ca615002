import fc from "fast-check";
import type { Cbor, Json } from "@firmament/core/codec";

const text = fc.string({ unit: "binary", maxLength: 12 });
const name = text.filter((each) => each !== "__proto__");
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);

/** Any value that canonical JSON knows, nested at most 5 deep. */
export const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: "json" },
    fc.boolean(),
    number,
    text,
    fc.array(tie("value"), { maxLength: 4, depthIdentifier: "json" }),
    fc.dictionary(name, tie("value"), { maxKeys: 4, depthIdentifier: "json", noNullPrototype: true }),
  ),
})).value;

/** Any value that the CBOR profile knows. */
export const cbor: fc.Arbitrary<Cbor> = fc.letrec<{ value: Cbor }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: "cbor" },
    fc.maxSafeNat(),
    fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296),
    text,
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie("value"), { maxLength: 4, depthIdentifier: "cbor" }),
  ),
})).value;
