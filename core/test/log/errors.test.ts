import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { logErrors } from "@firmament/core/log";

const read = (folder: URL): string =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".ts") && !name.startsWith("errors."))
    .map((name) => readFileSync(new URL(name, folder), "utf8"))
    .join("\n");

test("every code of the log is thrown somewhere and asserted by a test", () => {
  const [source, tests] = [read(new URL("../../src/log/", import.meta.url)), read(new URL("./", import.meta.url))];
  for (const code of Object.keys(logErrors)) {
    assert.ok(source.includes(`refuse("${code}"`), `${code} is never thrown`);
    assert.ok(tests.includes(`"${code}"`), `${code} is in no test`);
  }
});
