import type { CatalogueEntry } from "./catalogue.ts";

/** Where the rendered catalogue stands, from the root. */
export const documentFile = "docs/ERRORS.md";

const introduction = `# Errors

Every refusal of Firmament has one code, the same in the library, on the command line and over HTTP, where it stands
in \`code\` beside source 004's name in \`error\` (\`ERR_REFUSED\` where that has none). A refusal changed nothing.

This page is made from the catalogues in the source by \`npm run errors -- --write\`; a test compares the two.
`;

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function row({ code, status, error, rule, remedy }: CatalogueEntry): string {
  const name = error === undefined ? "" : `\`${error}\``;
  return `| \`${code}\` | ${status} | ${name} | ${cell(rule)} | ${cell(remedy)} |`;
}

function familyOf({ code }: CatalogueEntry): string {
  return code.slice(0, code.indexOf("/"));
}

/** The whole page: one table, a row in bold before each family. */
export function renderDocument(entries: readonly CatalogueEntry[]): string {
  const families = Map.groupBy(entries, familyOf);
  const rows = [...families].flatMap(([family, all]) => [`| **${family}** | | | | |`, ...all.map(row)]);
  const heading = ["| code | HTTP | API name | rule | remedy |", "|---|---|---|---|---|"];
  return `${introduction}\n${[...heading, ...rows].join("\n")}\n`;
}
