import { base64urlLength, fromHex } from "../bytes/index.ts";
import { Refusal, show } from "../errors/index.ts";
import { refuse } from "./errors.ts";

/** Turns an unknown JSON value into a `T` or refuses it; `path` says where the value stands in its document. */
export type Decoder<T> = (value: unknown, path: string) => T;

/** The type that a decoder yields. */
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

export interface TextRule {
  readonly min?: number;
  readonly max: number;
  readonly pattern?: RegExp;
}

export function text(rule: TextRule): Decoder<string> {
  return (value, path) => {
    if (typeof value !== "string") throw refuse("codec/type", `${path} must be text, got ${show(value)}.`);
    if (value.length < (rule.min ?? 1) || value.length > rule.max) {
      throw refuse("codec/value", `${path} must have ${rule.min ?? 1} to ${rule.max} characters, got ${value.length}.`);
    }
    if (rule.pattern !== undefined && !rule.pattern.test(value)) {
      throw refuse("codec/value", `${path} must match ${rule.pattern.source}, got ${show(value)}.`);
    }
    return value;
  };
}

export function integer(min: number, max: number = Number.MAX_SAFE_INTEGER): Decoder<number> {
  return (value, path) => {
    if (typeof value !== "number") throw refuse("codec/type", `${path} must be a number, got ${show(value)}.`);
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw refuse("codec/number", `${path} is ${Object.is(value, -0) ? "-0" : show(value)}.`);
    if (value < min || value > max) {
      throw refuse("codec/value", `${path} must be between ${min} and ${max}, got ${value}.`);
    }
    return value;
  };
}

export const boolean: Decoder<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw refuse("codec/type", `${path} must be true or false, got ${show(value)}.`);
  return value;
};

export function oneOf<const T extends readonly (string | number | boolean)[]>(...allowed: T): Decoder<T[number]> {
  return (value, path) => {
    const found = allowed.find((candidate) => candidate === value);
    if (found === undefined) {
      throw refuse("codec/value", `${path} must be one of ${allowed.join(", ")}, got ${show(value)}.`);
    }
    return found;
  };
}

// Runs a check of bytes in a text, and names the path where it refuses.
function at<T>(decode: (text: string) => T, value: string, path: string): T {
  try {
    return decode(value);
  } catch (cause) {
    if (cause instanceof Refusal) throw refuse("codec/value", `${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Canonical base64url text of `min` to `max` bytes; stays text, its spelling is unique. */
export function base64urlOf(min: number, max: number = min): Decoder<string> {
  const shape = text({ min: 0, max: Math.ceil((max * 4) / 3) });
  return (value, path) => {
    const found = shape(value, path);
    const length = at(base64urlLength, found, path);
    if (length < min || length > max) {
      throw refuse("codec/value", `${path} must hold ${min} to ${max} bytes, got ${length}.`);
    }
    return found;
  };
}

/** Lower-case hexadecimal text of exactly `length` bytes; stays text. */
export function hexOf(length: number): Decoder<string> {
  const shape = text({ min: 2 * length, max: 2 * length });
  return (value, path) => {
    const found = shape(value, path);
    at(fromHex, found, path);
    return found;
  };
}

export function list<T>(item: Decoder<T>, rule: { min?: number; max: number }): Decoder<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw refuse("codec/type", `${path} must be a list, got ${show(value)}.`);
    if (value.length < (rule.min ?? 0) || value.length > rule.max) {
      throw refuse("codec/value", `${path} must have ${rule.min ?? 0} to ${rule.max} items, got ${value.length}.`);
    }
    return value.map((member: unknown, i) => item(member, `${path}[${i}]`));
  };
}

/** A list whose items' keys strictly rise in UTF-16 order: a set with one spelling. */
export function sorted<T>(
  item: Decoder<T>,
  rule: { min?: number; max: number; key: (item: T) => string },
): Decoder<readonly T[]> {
  const whole = list(item, rule);
  return (value, path) => {
    const found = whole(value, path);
    for (let i = 1; i < found.length; i++) {
      const [before, here] = [found[i - 1], found[i]];
      if (before !== undefined && here !== undefined && rule.key(before) >= rule.key(here)) {
        throw refuse("codec/value", `${path} must be sorted without duplicates, see [${i}].`);
      }
    }
    return found;
  };
}

/** A set of texts, written in rising order. */
export function textSet<T extends string>(
  item: Decoder<T>,
  rule: { min?: number; max: number },
): Decoder<readonly T[]> {
  return sorted(item, { ...rule, key: (member) => member });
}

export type Members = Readonly<Record<string, Decoder<unknown>>>;
type Mandatory<M extends Members> = { readonly [K in keyof M]: Decoded<M[K]> };
type Optional<M extends Members> = { readonly [K in keyof M]?: Decoded<M[K]> };

function membersOf(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse("codec/type", `${path} must be an object, got ${show(value)}.`);
  }
  return value as Record<string, unknown>;
}

/** An object with exactly these mandatory and at most these optional members. */
export function object<M extends Members, O extends Members = Record<never, never>>(
  mandatory: M,
  optional: O = {} as O,
): Decoder<Mandatory<M> & Optional<O>> {
  const required = Object.keys(mandatory);
  return (value, path) => {
    const members = membersOf(value, path);
    const result: Record<string, unknown> = {};
    for (const name of Object.keys(members)) {
      const decode = Object.hasOwn(mandatory, name)
        ? mandatory[name]
        : Object.hasOwn(optional, name)
          ? optional[name]
          : undefined;
      if (decode === undefined) throw refuse("codec/unknown-member", `${path} has ${show(name)}.`);
      result[name] = decode(members[name], `${path}.${name}`);
    }
    for (const name of required) {
      if (!Object.hasOwn(members, name)) throw refuse("codec/missing-member", `${path} lacks ${show(name)}.`);
    }
    return result as Mandatory<M> & Optional<O>;
  };
}

/** An object whose member `tag` selects the decoder of the whole. */
export function taggedBy<V extends Readonly<Record<string, Decoder<unknown>>>>(
  tag: string,
  variants: V,
): Decoder<{ [K in keyof V]: Decoded<V[K]> }[keyof V]> {
  return (value, path) => {
    const members = membersOf(value, path);
    if (!Object.hasOwn(members, tag)) throw refuse("codec/missing-member", `${path} lacks ${show(tag)}.`);
    const selected = members[tag];
    const decode = typeof selected === "string" && Object.hasOwn(variants, selected) ? variants[selected] : undefined;
    if (decode === undefined) {
      const known = Object.keys(variants).join(", ");
      throw refuse("codec/value", `${path}.${tag} must be one of ${known}, got ${show(selected)}.`);
    }
    return decode(value, path) as { [K in keyof V]: Decoded<V[K]> }[keyof V];
  };
}
