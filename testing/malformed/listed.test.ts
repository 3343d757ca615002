import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesIn, root, workspaces } from "../repository/workspaces.ts";
import { decoders } from "./decoders/index.ts";

/** Functions of a decoder's name that take no input of a stranger's, or never refuse, and why. */
const others: Readonly<Record<string, string>> = {
  fromBase32: "a part of parseCid, which bounds and refuses",
  fromBigEndian: "every sequence of bytes is a number",
  parseDecimal: "a part of other parsers: it yields undefined for what is none",
  readCredentials: "reads its owner's own files: see testing/tls/transport.test.ts",
  readDeviceCredentials: "reads its owner's own files: see testing/tls/device-servers.test.ts",
  readEngineKeys: "reads its owner's own files: see testing/network/engine-home.test.ts",
  readForm: "reads a request: see http.test.ts",
  readHealth: "yields undefined for what is no health",
  readIdentity: "a part of readCredentials and readDeviceCredentials",
  readSmallFile: "yields bytes, and decodes none",
  readVarint: "a part of decodeRoot and openNode, which encode again and compare",
};

const EXPORTED = /^export (?:async )?(?:function\*?|const) ((?:decode|parse|read|from)[A-Z]\w*)/gm;

function exportedDecoders(): string[] {
  const files = workspaces()
    .filter(({ folder }) => folder !== "testing")
    .flatMap(({ folder }) => filesIn(folder, "src/**/*.ts"));
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(EXPORTED)].map(([, name = ""]) => name),
  );
}

test("every function that decodes, parses or reads is fed malformed input, or stands here with a reason", () => {
  const listed = new Set(decoders.map(({ name }) => name));
  const found = new Set(exportedDecoders());
  assert.deepEqual(
    [...found].filter((name) => !listed.has(name) && !Object.hasOwn(others, name)),
    [],
  );
  assert.deepEqual(
    Object.keys(others).filter((name) => !found.has(name) || listed.has(name)),
    [],
  );
});
