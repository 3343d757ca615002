import assert from "node:assert/strict";
import { test } from "node:test";
import type { Workspace } from "../repository/workspaces.ts";
import { mayImport } from "./arrows.ts";
import { dependencyTable } from "./dependency-table.ts";
import { importedModules, packageOf } from "./imports.ts";
import { addressesInLock, holesInLock } from "./lock.ts";
import { importViolations, manifestViolations } from "./violations.ts";

function workspace(folder: string, change: Partial<Workspace> = {}): Workspace {
  const name = `@firmament/${folder.replace("/", "-")}`;
  return { folder, name, dependencies: [], devDependencies: [], hasBin: false, ...change };
}

const folders = ["core", "crypto", "ledgers/sqlite", "ledgers/fabric", "agents", "apps/cli", "testing"];
const all = folders.map((folder) => workspace(folder));

function violations(path: string, line: string, change: Partial<Workspace> = {}): number {
  const folder = folders.find((each) => path.startsWith(`${each}/`)) ?? "";
  return importViolations({ path, text: line }, workspace(folder, change), all, ["fast-check"]).length;
}

test("the arrows allow what the table draws and nothing else", () => {
  const allowed: readonly (readonly [string, string])[] = [
    ["crypto", "core"],
    ["ledgers/sqlite", "replica"],
    ["agents", "core"],
    ["agents", "agents"],
    ["apps/cli", "ledgers/fabric"],
    ["testing", "device"],
  ];
  const refused: readonly (readonly [string, string])[] = [
    ["core", "crypto"],
    ["ledgers/sqlite", "ledgers/fabric"],
    ["agents", "stores/file"],
    ["agents", "crypto"],
    ["stores/file", "replica"],
    ["apps/cli", "testing"],
    ["crypto", "testing"],
    ["elsewhere", "core"],
  ];
  for (const [from, to] of allowed) assert.ok(mayImport(from, to, false), `${from} -> ${to}`);
  for (const [from, to] of refused) assert.ok(!mayImport(from, to, false), `${from} -> ${to}`);
});

test("tests may also import core, crypto and replica, and never the testing package", () => {
  assert.ok(mayImport("device", "crypto", true));
  assert.ok(!mayImport("device", "ledgers/sqlite", true));
  assert.ok(!mayImport("device", "testing", true));
});

test("a manifest is compared with the arrows, its folder with the table, and bin is the root's", () => {
  const count = (folder: string, change: Partial<Workspace>): number =>
    manifestViolations(workspace(folder, change), all).length;
  assert.equal(count("crypto", { dependencies: ["@firmament/core", "jose"] }), 0);
  assert.equal(count("crypto", { dependencies: ["@firmament/agents"] }), 1);
  assert.equal(count("agents", { devDependencies: ["@firmament/crypto"] }), 0);
  assert.equal(count("agents", { devDependencies: ["@firmament/testing"] }), 1);
  assert.equal(count("core", { dependencies: ["jose"] }), 1);
  assert.equal(count("helpers", {}), 1);
  assert.equal(count("apps/cli", { hasBin: true }), 1);
});

test("relative imports stay in their package", () => {
  assert.equal(violations("ledgers/sqlite/src/a.ts", 'import "./b.ts"'), 0);
  assert.equal(violations("ledgers/sqlite/test/a.test.ts", 'import "../src/b.ts"'), 0);
  assert.equal(violations("ledgers/sqlite/src/a.ts", 'import "../../fabric/src/b.ts"'), 1);
  assert.equal(violations("ledgers/sqlite/src/a.ts", 'export * from "../../../core/src/b.ts"'), 1);
});

test("the core's own code imports only itself, by path", () => {
  assert.equal(violations("core/src/log/a.ts", 'import { b } from "../bytes/index.ts"'), 0);
  assert.equal(violations("core/src/log/a.ts", 'import "node:fs"'), 1);
  assert.equal(violations("core/src/log/a.ts", 'import { b } from "@firmament/core/bytes"'), 1);
  assert.equal(violations("core/src/log/a.ts", 'const b = import("jose")'), 1);
  assert.equal(
    violations("core/test/log/a.test.ts", 'import "node:fs"; import "@firmament/crypto"; import "fast-check"'),
    0,
  );
});

test("what is imported is declared where it is used", () => {
  const declared = { dependencies: ["@firmament/core", "jose"] };
  assert.equal(
    violations("crypto/src/a.ts", 'import "jose"; import type { X } from "@firmament/core/keys"', declared),
    0,
  );
  assert.equal(violations("crypto/src/a.ts", 'import "jose"'), 1);
  assert.equal(violations("crypto/src/a.ts", 'import type { X } from "@firmament/core/keys"'), 1);
  assert.equal(violations("crypto/src/a.ts", 'import "fast-check"'), 1);
  assert.equal(violations("crypto/src/a.ts", 'import "@firmament/agents"', declared), 1);
});

test("imports of every kind are found", () => {
  const text = 'import a from "a"; import type b from "b"; export * from "c"; void import("d"); let e: import("e").E;';
  assert.deepEqual(importedModules(text), ["a", "b", "c", "d", "e"]);
  assert.equal(packageOf("@firmament/core/codec"), "@firmament/core");
  assert.equal(packageOf("helia/x"), "helia");
});

test("the table of dependencies gives the names of its first column", () => {
  const text =
    "# x\n\n| dependency | why |\n|---|---|\n| `jose`, [helia](y) | z w |\n| @noble/hashes | h |\n\n| other | t |\n";
  const table = dependencyTable(text);
  assert.ok(table !== undefined);
  assert.ok(["jose", "helia", "@noble/hashes"].every((name) => table.has(name)));
  assert.ok(!table.has("other") && !table.has("z"));
  assert.equal(dependencyTable("| name |\n|---|\n"), undefined);
});

test("a lock with a hole or an address is found", () => {
  const parser = { optionalDependencies: { "parser-x64": "1", "parser-arm": "1" } };
  const packages = { "node_modules/a/node_modules/parser": parser, "node_modules/parser-x64": {} };
  assert.deepEqual(holesInLock({ packages }), ["node_modules/a/node_modules/parser needs parser-arm"]);
  assert.deepEqual(holesInLock({ packages: { ...packages, "node_modules/a/node_modules/parser-arm": {} } }), []);
  assert.deepEqual(addressesInLock({ packages: { a: { resolved: "https://host/x" }, b: { resolved: "core" } } }), [
    "a",
  ]);
});
