import { fromBase64, toBase64url } from "@firmament/core/bytes";
import { text } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";
import type { PublicKey } from "@firmament/core/keys";
import { type httpErrors, refuse } from "./errors.ts";
import type { ReadPublicKey } from "./ports.ts";

function namesOf(value: unknown): readonly string[] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

/**
 * The members of a body that must be exactly these; `optional` ones may be absent.
 *
 * @throws Refusal `http/keys`, which names members but no values: they may be secrets that were sent by mistake
 */
export function exactMembers<const M extends string, const O extends string = never>(
  value: unknown,
  mandatory: readonly M[],
  optional: readonly O[] = [],
): Readonly<Record<M, unknown>> & Readonly<Partial<Record<O, unknown>>> {
  const names = namesOf(value);
  const known: readonly string[] = [...mandatory, ...optional];
  const whole = mandatory.every((name) => names.includes(name)) && names.every((name) => known.includes(name));
  if (!whole)
    throw refuse(
      "http/keys",
      `Needed: ${mandatory.join(", ")}${optional.length > 0 ? `; possible: ${optional.join(", ")}` : ""}.`,
    );
  return value as Readonly<Record<M, unknown>> & Readonly<Partial<Record<O, unknown>>>;
}

// A refusal of the parser under the code that the interface has for it.
function under<T>(code: keyof typeof httpErrors, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (cause instanceof Refusal) throw refuse(code, cause.message, { cause });
    throw cause;
  }
}

const pem = text({ max: 16_384 });
const base64Text = text({ max: 1024 });

/** @throws Refusal `http/public-key` */
export function publicKeyFrom(readKey: ReadPublicKey, value: unknown): PublicKey {
  return under("http/public-key", () => readKey(pem(value, "publicKey")));
}

/** A signature from the edge's standard base64 in the base64url of the inside. @throws Refusal `http/signature` */
export function signatureFrom(value: unknown, name: string): string {
  return under("http/signature", () => toBase64url(fromBase64(base64Text(value, name))));
}
