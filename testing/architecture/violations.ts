import { isBuiltin } from "node:module";
import { posix } from "node:path";
import type { Workspace } from "../repository/workspaces.ts";
import { groupOf, mayImport } from "./arrows.ts";
import { importedModules, packageOf } from "./imports.ts";

export interface SourceFile {
  /** From the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Files beside a package's code that run in tests or tools only. */
function isTest(path: string, { folder }: Workspace): boolean {
  return !path.startsWith(`${folder}/src/`);
}

/** What a workspace's package.json names although the arrows of DESIGN 2 do not allow it. */
export function manifestViolations(workspace: Workspace, all: readonly Workspace[]): string[] {
  const byName = new Map(all.map((each) => [each.name, each.folder]));
  const check = (names: readonly string[], forTests: boolean): string[] =>
    names.flatMap((name) => {
      const target = byName.get(name);
      const allowed = target === undefined || mayImport(workspace.folder, target, forTests);
      return allowed ? [] : [`${workspace.folder}/package.json may not depend on ${name}`];
    });
  const strays = groupOf(workspace.folder) === undefined ? [`${workspace.folder} is no folder of DESIGN 2`] : [];
  const external = workspace.folder === "core" && workspace.dependencies.length > 0 ? ["core depends on nothing"] : [];
  // npx takes a workspace's command before the launcher, which would then not find Node 24.
  const bins = workspace.hasBin ? [`${workspace.folder}/package.json must not declare bin`] : [];
  return [
    ...strays,
    ...external,
    ...bins,
    ...check(workspace.dependencies, false),
    ...check(workspace.devDependencies, true),
  ];
}

/** Relative imports stay inside their package. */
function relativeViolation(specifier: string, path: string, { folder }: Workspace): string | undefined {
  const target = posix.normalize(posix.join(posix.dirname(path), specifier));
  return target.startsWith(`${folder}/`) ? undefined : "crosses the package's border";
}

function workspaceViolation(target: string, from: Workspace, forTests: boolean): string | undefined {
  return mayImport(from.folder, target, forTests) ? undefined : "is against the arrows of DESIGN 2";
}

/** What one file imports although it may not, as `path: specifier …` lines. */
export function importViolations(
  file: SourceFile,
  from: Workspace,
  all: readonly Workspace[],
  tools: readonly string[],
) {
  const forTests = isTest(file.path, from);
  const declared = new Set([from.name, ...from.dependencies, ...(forTests ? [...from.devDependencies, ...tools] : [])]);
  const folders = new Map(all.map((each) => [each.name, each.folder]));
  const judge = (specifier: string): string | undefined => {
    if (specifier.startsWith(".")) return relativeViolation(specifier, file.path, from);
    const name = packageOf(specifier);
    const folder = folders.get(name);
    if (from.folder === "core" && !forTests) return "stands in the core, which depends on nothing";
    if (isBuiltin(specifier)) return undefined;
    if (folder !== undefined) {
      const wrong = workspaceViolation(folder, from, forTests);
      return wrong ?? (forTests || declared.has(name) ? undefined : "is not in the package's dependencies");
    }
    return declared.has(name) ? undefined : "is not in the package's dependencies";
  };
  return importedModules(file.text).flatMap((specifier) => {
    const wrong = judge(specifier);
    return wrong === undefined ? [] : [`${file.path}: ${specifier} ${wrong}`];
  });
}
