/**
 * Package names in the first column of the README's table of dependencies.
 *
 * @returns `undefined` where the text has no table whose first heading is `dependency`
 */
export function dependencyTable(readme: string): Set<string> | undefined {
  const lines = readme.split("\n");
  const start = lines.findIndex((line) => /^\|\s*dependency\s*\|/.test(line));
  if (start < 0) return undefined;
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  const cells = rows.slice(0, end < 0 ? rows.length : end).map((line) => line.split("|")[1] ?? "");
  return new Set(cells.flatMap((cell) => [...cell.matchAll(/(?:@[\w.-]+\/)?[\w.-]+/g)].map(([name]) => name)));
}
