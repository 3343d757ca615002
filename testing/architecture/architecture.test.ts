import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readObject } from "../repository/json.ts";
import { filesIn, readWorkspace, root, workspaces } from "../repository/workspaces.ts";
import { dependencyTable } from "./dependency-table.ts";
import { addressesInLock, holesInLock } from "./lock.ts";
import { importViolations, manifestViolations } from "./violations.ts";

const all = workspaces();
const tools = readWorkspace("").devDependencies;
const readme = join(root, "README.md");

test("the manifests follow the arrows of DESIGN 2", () => {
  assert.deepEqual(
    all.flatMap((workspace) => manifestViolations(workspace, all)),
    [],
  );
});

for (const workspace of all) {
  test(`the imports of ${workspace.folder} follow the arrows and its manifest`, () => {
    const files = filesIn(workspace.folder, "**/*.{ts,tsx}");
    const sources = files.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
    assert.deepEqual(
      sources.flatMap((file) => importViolations(file, workspace, all, tools)),
      [],
    );
  });
}

test(
  "README.md gives the reason of every dependency",
  { skip: !existsSync(readme) && "README.md is not written" },
  () => {
    const table = dependencyTable(readFileSync(readme, "utf8"));
    assert.ok(table !== undefined, "README.md has no table | dependency |");
    const own = new Set(all.map(({ name }) => name));
    const used = [readWorkspace(""), ...all].flatMap(({ dependencies, devDependencies }) => [
      ...dependencies,
      ...devDependencies,
    ]);
    const external = [...new Set(used)].filter((name) => !own.has(name) && !name.startsWith("@types/"));
    assert.deepEqual(
      external.filter((name) => !table.has(name)),
      [],
    );
  },
);

test("package-lock.json has no holes and names no registry", () => {
  const lock = readObject(join(root, "package-lock.json"));
  assert.deepEqual(holesInLock(lock), []);
  assert.deepEqual(addressesInLock(lock), []);
});
