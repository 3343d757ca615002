/** JSON text that is written as it stands: what no value can be serialised to. */
export class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Members in the order in which they are written, with whatever doubles. */
export class Members {
  readonly entries: readonly (readonly [string, unknown])[];

  constructor(entries: readonly (readonly [string, unknown])[]) {
    this.entries = entries;
  }
}

export type Path = readonly (string | number)[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Members of an object in canonical order. */
export function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : [];
}

/** JSON text of a tree: canonical but for what {@link Raw} and {@link Members} say. */
export function write(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = value instanceof Members ? value.entries : membersOf(value);
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join(",")}}`;
}

/** Every place of a tree, the root first. */
export function* placesOf(
  value: unknown,
  path: Path = [],
): Generator<{ readonly path: Path; readonly value: unknown }> {
  yield { path, value };
  const below = Array.isArray(value) ? value.map((item, i) => [i, item] as const) : membersOf(value);
  for (const [name, member] of below) yield* placesOf(member, [...path, name]);
}

/** The tree with another value at a place. */
export function replaced(tree: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  const inner = (member: unknown) => replaced(member, rest, value);
  if (Array.isArray(tree)) return tree.map((item: unknown, i) => (i === first ? inner(item) : item));
  return Object.fromEntries(membersOf(tree).map(([name, member]) => [name, name === first ? inner(member) : member]));
}
