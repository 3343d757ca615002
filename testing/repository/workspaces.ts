import { existsSync, globSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { isObject, isStringList, readObject } from "./json.ts";

/** Folder of the repository. */
export const root = resolve(import.meta.dirname, "../..");

/** One npm workspace as its package.json describes it. */
export interface Workspace {
  /** Path from the root with `/`, like `ledgers/sqlite`; empty for the root itself. */
  readonly folder: string;
  readonly name: string;
  /** Names that its own code may import. */
  readonly dependencies: readonly string[];
  /** Names that its tests and tools may import as well. */
  readonly devDependencies: readonly string[];
  readonly hasBin: boolean;
}

function names(...groups: readonly unknown[]): string[] {
  return groups.flatMap((group) => (isObject(group) ? Object.keys(group) : []));
}

export function readWorkspace(folder: string): Workspace {
  const manifest = readObject(join(root, folder, "package.json"));
  if (typeof manifest["name"] !== "string") throw new TypeError(`${folder}/package.json has no name`);
  return {
    folder,
    name: manifest["name"],
    dependencies: names(manifest["dependencies"], manifest["optionalDependencies"], manifest["peerDependencies"]),
    devDependencies: names(manifest["devDependencies"]),
    hasBin: manifest["bin"] !== undefined,
  };
}

/** Every workspace that exists, in the order of the root manifest. */
export function workspaces(): Workspace[] {
  const patterns = readObject(join(root, "package.json"))["workspaces"];
  if (!isStringList(patterns)) throw new TypeError("package.json has no list of workspaces");
  const folders = patterns.flatMap((pattern) => globSync(pattern, { cwd: root }).sort());
  const present = folders.filter((folder) => existsSync(join(root, folder, "package.json")));
  return present.map((folder) => readWorkspace(folder.split(sep).join("/")));
}

/** Files of a folder that match a glob pattern, as sorted paths from the root with `/`. */
export function filesIn(folder: string, pattern: string): string[] {
  const found = globSync(join(folder, pattern), {
    cwd: root,
    exclude: (path) => path.split(sep).some((part) => part === "node_modules" || part === "out"),
  });
  return found.map((path) => path.split(sep).join("/")).sort();
}

/** Every test file of every workspace. */
export function testFiles(): string[] {
  return workspaces().flatMap(({ folder }) =>
    filesIn(folder, folder === "testing" ? "**/*.test.ts" : "test/**/*.test.ts"),
  );
}
