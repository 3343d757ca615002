import assert from "node:assert/strict";
import { test } from "node:test";
import { Linter } from "eslint";
import tseslint from "typescript-eslint";
import { coreRules } from "./core-rules.ts";

const linter = new Linter();

function findings(text: string): number {
  const config = { files: ["**/*.ts"], languageOptions: { parser: tseslint.parser }, rules: coreRules };
  const messages = linter.verify(text, [config], { filename: "core/src/x.ts" });
  assert.ok(
    messages.every(({ fatal }) => fatal !== true),
    text,
  );
  return messages.length;
}

const banned = [
  "a.localeCompare(b);",
  "a.toLowerCase();",
  "a.toUpperCase();",
  "a.toLocaleString();",
  'a["normalize"]();',
  'a.normalize("NFC");',
  "new Intl.Collator();",
  "Date.now();",
  "new Date(0);",
  "Math.random();",
  "performance.now();",
  "process.env;",
  "Buffer.from([]);",
  'fetch("x");',
  "setTimeout(f, 1);",
  "globalThis.x;",
  "[].sort();",
  "a.toSorted();",
  "async function f() {}",
  "const f = async () => 1;",
  "class C { async m() {} }",
  "Promise.resolve(1);",
  "function f(): Promise<void> { throw 1; }",
  'import { x } from "node:fs";',
  'export { x } from "jose";',
  'export * from "jose";',
  'import("./x.ts");',
];

for (const text of banned) {
  test(`the core's lint refuses ${text}`, () => {
    assert.ok(findings(text) > 0);
  });
}

test("the core's lint leaves pure code alone", () => {
  const pure = [
    "a.sort(compare); a.toSorted((x, y) => compare(x, y));",
    'import { x } from "./x.ts"; export { y } from "../y.ts"; export const z = x;',
    "interface Port { get(): Promise<string>; chunks(): AsyncIterable<Uint8Array>; }",
    "function* rule() { yield 1; }",
    "const o = { Date: 1, process: 2 }; o.Date;",
    "Math.max(1, 2);",
  ];
  for (const text of pure) assert.equal(findings(text), 0, text);
});
