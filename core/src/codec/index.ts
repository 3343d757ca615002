export { codecErrors } from "./errors.ts";
export { canonicalBytes, canonicalText, decodeCanonical, defaultJsonLimits } from "./canonical-json.ts";
export type { Json, JsonLimits } from "./canonical-json.ts";
export { decodeCbor, encodeCbor } from "./cbor.ts";
export type { Cbor, CborLimits } from "./cbor.ts";
export {
  base64urlOf,
  boolean,
  hexOf,
  integer,
  list,
  object,
  oneOf,
  sorted,
  taggedBy,
  text,
  textSet,
} from "./schema.ts";
export type { Decoded, Decoder, TextRule } from "./schema.ts";
export {
  deviceId,
  digest256,
  digest384,
  idName,
  line,
  organisationName,
  seconds,
  sequenceNumber,
  signatureText,
} from "./names.ts";
