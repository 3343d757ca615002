import type { Linter } from "eslint";

const impure: Readonly<Record<string, string>> = {
  Intl: "locale data differs between engines",
  Date: "time comes in as an argument",
  performance: "time comes in as an argument",
  process: "the core knows no host",
  Buffer: "bytes are Uint8Array",
  fetch: "the core does no input or output",
  setTimeout: "the core is synchronous",
  setInterval: "the core is synchronous",
  setImmediate: "the core is synchronous",
  queueMicrotask: "the core is synchronous",
  Promise: "the core is synchronous",
  crypto: "cryptography comes in through the Crypto port",
  globalThis: "it would hide a banned name",
  WeakRef: "garbage collection is not deterministic",
  FinalizationRegistry: "garbage collection is not deterministic",
};

const LOCALE_METHODS = "/^(localeCompare|normalize|toLowerCase|toUpperCase|toLocale\\w*)$/";
const UNORDERED = "/^(sort|toSorted)$/";
const WAITING = "/^(Promise|PromiseLike|AsyncIterable|AsyncIterator|AsyncGenerator)$/";

const forbidden: readonly (readonly [selector: string, message: string])[] = [
  [`MemberExpression[property.name=${LOCALE_METHODS}]`, "Text rules differ between Unicode versions: compare bytes."],
  [`MemberExpression[property.value=${LOCALE_METHODS}]`, "Text rules differ between Unicode versions: compare bytes."],
  [
    `CallExpression[arguments.length=0] > MemberExpression.callee[property.name=${UNORDERED}]`,
    "Name a total byte order.",
  ],
  ["MemberExpression[object.name='Math'][property.name='random']", "Randomness comes in as an argument."],
  [":function[async=true]", "The core is synchronous."],
  ["AwaitExpression", "The core is synchronous."],
  ["ForOfStatement[await=true]", "The core is synchronous."],
  // A port may say that its implementation waits: an interface holds no code.
  [`TSTypeReference[typeName.name=${WAITING}]:not(TSInterfaceDeclaration TSTypeReference)`, "The core is synchronous."],
  ["ImportExpression", "The core is synchronous."],
  [
    ":matches(ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration)[source.value=/^[^.]/]",
    "The core depends on nothing.",
  ],
];

/**
 * The core is pure: the same bytes in give the same bytes out on every machine and in every year (DESIGN 4).
 * Whatever depends on locale, clock, chance, engine or event loop is banned here by name.
 */
export const coreRules: Linter.RulesRecord = {
  "no-restricted-globals": ["error", ...Object.entries(impure).map(([name, message]) => ({ name, message }))],
  "no-restricted-syntax": ["error", ...forbidden.map(([selector, message]) => ({ selector, message }))],
};
