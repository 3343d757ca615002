import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, testFiles } from "../repository/workspaces.ts";
import { unassertedCodes } from "./assertions.ts";
import { entriesOf, parseEntry, readCatalogue, repeatedCodes } from "./catalogue.ts";
import { documentFile, renderDocument } from "./document.ts";

const entries = await readCatalogue();
const spec = { status: 400, rule: "A rule.", remedy: "A remedy." };

test("docs/ERRORS.md is what the catalogues say (npm run errors -- --write)", () => {
  assert.equal(readFileSync(join(root, documentFile), "utf8"), renderDocument(entries));
});

test("no code is declared twice", () => {
  assert.deepEqual(repeatedCodes(entries), []);
});

test("every code is asserted by some test", () => {
  const own = "testing/catalogue/";
  const texts = testFiles().flatMap((file) => (file.startsWith(own) ? [] : [readFileSync(join(root, file), "utf8")]));
  const codes = entries.map(({ code }) => code);
  assert.equal(unassertedCodes(codes, texts).join(" "), "");
});

test("an entry has a code, an HTTP error status, a rule and a remedy", () => {
  assert.equal(parseEntry("family/some-code", spec, "x").code, "family/some-code");
  assert.equal(parseEntry("family/code", { ...spec, error: "ERR_X" }, "x").error, "ERR_X");
  for (const code of ["code", "Family/code", "family/Code", "family/", "family/a_b", "a/b/c"]) {
    assert.throws(() => parseEntry(code, spec, "x"), TypeError);
  }
  const broken = [{ status: 200 }, { status: "400" }, { rule: "" }, { remedy: "no stop" }, { error: "X" }, { more: 1 }];
  for (const change of broken) assert.throws(() => parseEntry("a/b", { ...spec, ...change }, "x"), TypeError);
});

test("only exports that end in Errors are catalogues", () => {
  const module = { someErrors: { "a/b": spec }, refuse: () => undefined, other: { "c/d": spec } };
  assert.deepEqual(
    entriesOf(module, "f").map(({ code, source }) => [code, source]),
    [["a/b", "f#someErrors"]],
  );
  assert.throws(() => entriesOf({ someErrors: 1 }, "f"), TypeError);
});

test("a code of two catalogues is found with both places", () => {
  const twice = ["f", "g"].map((source) => parseEntry("a/b", spec, source));
  assert.deepEqual(repeatedCodes(twice), ["a/b: f, g"]);
});

test("a code counts as asserted only as a whole string", () => {
  assert.deepEqual(unassertedCodes(["a/b", "a/bc"], ['code: "a/bc"']), ["a/b"]);
  assert.deepEqual(unassertedCodes(["a/b"], ["// a/b"]), ["a/b"]);
});

test("the page has one row a code, pipes escaped, under its family", () => {
  const page = renderDocument([parseEntry("a/b", { ...spec, rule: "x | y.", error: "ERR_X" }, "f")]);
  assert.ok(page.endsWith("| **a** | | | | |\n| `a/b` | 400 | `ERR_X` | x \\| y. | A remedy. |\n"));
});
