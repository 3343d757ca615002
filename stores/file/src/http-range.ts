/** What a request asks for: everything, some bytes, or bytes that are not there. */
export type RequestedRange =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly offset: number; readonly length: number }
  | { readonly kind: "unsatisfiable" };

const WHOLE: RequestedRange = { kind: "whole" };
const UNSATISFIABLE: RequestedRange = { kind: "unsatisfiable" };

function from(offset: number, end: number, size: number): RequestedRange {
  if (offset >= size) return UNSATISFIABLE;
  return { kind: "part", offset, length: Math.min(end, size) - offset };
}

/**
 * Reads a Range field (RFC 9110 section 14.2). A field that is malformed, of another unit or of several ranges
 * counts as absent, as the section allows.
 */
export function requestedRange(field: string | undefined, size: number): RequestedRange {
  const match = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i.exec(field ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return WHOLE;
  if (first === "") {
    const suffix = Math.min(Number(last), size);
    return suffix === 0 ? UNSATISFIABLE : from(size - suffix, size, size);
  }
  const end = last === "" ? size : Number(last) + 1;
  return end <= Number(first) && last !== "" ? WHOLE : from(Number(first), end, size);
}
