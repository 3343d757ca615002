import { type Bundle, type ClassPart, decodeBundle, encodeBundle } from "@firmament/core/bundle";

/** The bundle with something changed, written again as a conforming encoder would. */
export function changeBundle(bytes: Uint8Array, change: (bundle: Bundle) => Partial<Bundle>): Uint8Array {
  const bundle = decodeBundle(bytes);
  return encodeBundle({ ...bundle, ...change(bundle) });
}

/** The bundle with members of its class part replaced. */
export function changeClassPart(bytes: Uint8Array, change: (part: ClassPart) => Partial<ClassPart>): Uint8Array {
  return changeBundle(bytes, ({ classPart }) => ({ classPart: { ...classPart, ...change(classPart) } }));
}

export function classPartOf(bytes: Uint8Array): ClassPart {
  return decodeBundle(bytes).classPart;
}

/** Bytes with one bit of one of them changed. */
export function flipBit(bytes: Uint8Array, at = 0, bit = 1): Uint8Array {
  return bytes.with(at, (bytes[at] ?? 0) ^ bit);
}
