import { concat, utf8 } from "@firmament/core/bytes";
import type { MalformedCase } from "./byte-cases.ts";
import { Members, membersOf, type Path, placesOf, Raw, replaced, write } from "./json-text.ts";
import { type Random, sampleOf } from "./random.ts";

/** Text that nests so many lists. */
export const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

const DEPTH = 100_000;

/** Values that stand in no place of an honest document, or in few. */
const STRANGE: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["true", true],
  ["zero", 0],
  ["a negative number", -1],
  ["an empty text", ""],
  ["another text", "x"],
  ["a control character", "\u0000\u001b"],
  ["an empty list", []],
  ["a list", [0]],
  ["an empty object", {}],
  ["a hostile object", { toString: 1, valueOf: 1 }],
  ["-0", new Raw("-0")],
  ["1.0", new Raw("1.0")],
  ["a fraction", new Raw("0.5")],
  ["1e400", new Raw("1e400")],
  ["2^53", new Raw("9007199254740992")],
  ["a leading zero", new Raw("01")],
  ["a lone surrogate", new Raw('"\\ud800"')],
  ["a turned pair", new Raw('"\\udc00\\ud800"')],
  ["deep nesting", new Raw(nested(64))],
  ["no value", new Raw("")],
  ["NaN", new Raw("NaN")],
];

const NAMES = ["__proto__", "constructor", "hasOwnProperty", "", "\u0000", "zzz"];

type Change = readonly [change: string, value: unknown];

function* objectChanges(members: readonly (readonly [string, unknown])[]): Generator<Change> {
  const [first, ...others] = members;
  for (const name of NAMES) yield [`member ${JSON.stringify(name)}`, new Members([...members, [name, "x"]])];
  yield ["__proto__ first", new Members([["__proto__", {}], ...members])];
  for (const [name] of members) yield [`without ${name}`, new Members(members.filter(([each]) => each !== name))];
  if (first === undefined) return;
  yield ["a member twice", new Members([first, ...members])];
  yield ["a member twice, unlike", new Members([...members, [first[0], "x"]])];
  yield ["a lone surrogate as name", new Raw(write(new Members(members)).replace("{", '{"\\ud800":1,'))];
  if (others.length > 0) yield ["another order", new Members([...others, first])];
}

function* textChanges(text: string): Generator<Change> {
  const json = JSON.stringify(text);
  yield ["one character more", `${text}a`];
  yield ["one character less", text.slice(0, -1)];
  yield ["a BOM inside", `\ufeff${text}`];
  yield [
    "an escape for a plain character",
    new Raw(json.replace(/[a-z0-9]/i, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)),
  ];
  yield ["a raw control character", new Raw(`"\n${json.slice(1)}`)];
  yield ["upper case", text.toUpperCase()];
}

function* numberChanges(value: number): Generator<Change> {
  for (const text of [`${value}.0`, `${value}e0`, `${value}E+0`, `+${value}`, `0${value}`, `${value}.`, `0x${value}`])
    yield [text, new Raw(text)];
  yield ["its text", String(value)];
}

function* listChanges(items: readonly unknown[]): Generator<Change> {
  yield ["an item twice", [...items, ...items.slice(0, 1)]];
  yield ["turned round", items.toReversed()];
  yield ["10,000 items", Array.from({ length: 10_000 }, () => items[0] ?? 0)];
  yield ["a comma too many", new Raw(write(items).replace(/\]$/, ",]"))];
}

function* changesAt(value: unknown): Generator<Change> {
  yield* STRANGE;
  if (typeof value === "string") yield* textChanges(value);
  else if (typeof value === "number") yield* numberChanges(value);
  else if (Array.isArray(value)) yield* listChanges(value);
  else yield* objectChanges(membersOf(value));
}

const where = (path: Path): string => `$.${path.join(".")}`;

/** Changes of a document's tree: at most `most` of its places, and every change that fits there. */
export function* treeCases(random: Random, tree: unknown, most: number): Generator<MalformedCase> {
  const honest = write(tree);
  const [root, ...places] = [...placesOf(tree)];
  for (const { path, value } of [...(root === undefined ? [] : [root]), ...sampleOf(random, places, most)])
    for (const [change, strange] of changesAt(value)) {
      const text = write(replaced(tree, path, strange));
      if (text !== honest) yield { change: `${where(path)}: ${change}`, bytes: utf8(text) };
    }
}

/** The same tree in other spellings, and bytes that are no JSON. */
export function* spellingCases(random: Random, tree: unknown): Generator<MalformedCase> {
  const text = write(tree);
  const structural = [...text.matchAll(/[{}[\],:]/g)].map(({ index }) => index);
  for (const at of sampleOf(random, structural, 24))
    for (const space of [" ", "\n", "\t", "\u00a0", "/**/", "\u0000"])
      yield { change: `${JSON.stringify(space)} at ${at}`, bytes: utf8(text.slice(0, at) + space + text.slice(at)) };
  const quotes = [...text.matchAll(/"/g)].map(({ index }) => index + 1);
  for (const at of sampleOf(random, quotes, 8))
    for (const wrong of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3]])
      yield {
        change: `bytes ${wrong.join(" ")} at ${at}`,
        bytes: concat(utf8(text.slice(0, at)), Uint8Array.from(wrong), utf8(text.slice(at))),
      };
  yield { change: "spread over lines", bytes: utf8(JSON.stringify(JSON.parse(text), null, 2)) };
  yield { change: "UTF-16", bytes: Uint8Array.from(Buffer.from(`\ufeff${text}`, "utf16le")) };
}

/** Values that cost whoever reads them without bounds: nesting, length, numbers without end. */
const COSTLY: readonly (readonly [string, string])[] = [
  ["nested lists", nested(DEPTH)],
  ["lists without an end", "[".repeat(DEPTH)],
  ["nested objects", `${'{"a":'.repeat(DEPTH)}1${"}".repeat(DEPTH)}`],
  ["objects without an end", '{"a":'.repeat(DEPTH)],
  ["a long text", `"${"a".repeat(2_000_000)}"`],
  ["escapes", `"${"\\u0000".repeat(200_000)}"`],
  ["digits", "9".repeat(200_000)],
  ["many items", `[${"0,".repeat(200_000)}0]`],
  ["many members", `{${Array.from({ length: 20_000 }, (_, i) => `"${i}":1`).join(",")}}`],
];

/** {@link COSTLY} values as a whole document, and as the first member of an honest one. */
export function* costlyDocuments(tree: unknown): Generator<MalformedCase> {
  const member = membersOf(tree)[0]?.[0];
  for (const [change, raw] of COSTLY) {
    yield { change, bytes: utf8(raw) };
    if (member === undefined) continue;
    yield { change: `${change} inside`, bytes: utf8(write(replaced(tree, [member], new Raw(raw)))) };
  }
}
