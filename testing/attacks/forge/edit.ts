import { fromUtf8, utf8 } from "@firmament/core/bytes";
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

/** Text bytes with one passage replaced. @throws RangeError where the passage is not there */
export function replaceText(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = fromUtf8(bytes);
  if (!text.includes(from)) throw new RangeError(`${from} is not in ${text}`);
  return utf8(text.replace(from, to));
}
