import ts from "typescript";

/** Every module that a TypeScript text imports or re-exports: values and types, static and dynamic. */
export function importedModules(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** Package name of a bare specifier: `@firmament/core/codec` gives `@firmament/core`. */
export function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}
