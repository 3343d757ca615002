/** Where the threats stand, from the root. */
export const threatsFile = "docs/THREATS.md";

/** Says that nothing stops a threat here, and that no test is named. */
const NOT_BUILT = "Nothing of this is built.";

/** A test that a section names: a title ends in `…` where the test makes its rest. */
export interface NamedTest {
  readonly file: string;
  readonly title: string;
}

/** One threat of the page. */
export interface ThreatSection {
  /** T1 … T30. */
  readonly id: string;
  /** Whether something stops it; then it names a clause, and an attack or a test. */
  readonly isBuilt: boolean;
  readonly clauses: readonly string[];
  readonly attacks: readonly string[];
  readonly tests: readonly NamedTest[];
}

/** Clauses of the protocol that a text cites outside of code, like `B-10`. */
export function citedClauses(text: string): string[] {
  const prose = text.replaceAll(/`[^`]*`/g, "");
  return [...prose.matchAll(/(?<![\w-])[A-Z]-\d+(?:\.\d+)?(?!\w)/g)].map(([clause]) => clause);
}

/** Clauses that the text of the protocol defines. */
export function definedClauses(protocol: string): Set<string> {
  return new Set([...protocol.matchAll(/^ *- \*\*([A-Z]-\d+(?:\.\d+)?)\*\*/gm)].map(([, clause = ""]) => clause));
}

/** Paragraphs and items with their lines joined. */
function blocksOf(lines: readonly string[]): string[] {
  const joined = lines.join("\n").replaceAll(/\n {2}(?=\S)/g, " ");
  return joined.split(/\n(?=- )|\n{2,}/).map((block) => block.replaceAll("\n", " ").trim());
}

function quoted(list: string, place: string): string[] {
  if (!/^`[^`]+`(?:, `[^`]+`)*$/.test(list)) throw new TypeError(`${place}: not a list of \`names\`: ${list}`);
  return list.slice(1, -1).split("`, `");
}

/** The rest of each item that begins with the label. */
function items(blocks: readonly string[], label: string): string[] {
  const start = `- **${label}:** `;
  return blocks.flatMap((block) => (block.startsWith(start) ? [block.slice(start.length)] : []));
}

function namedTests(list: string, place: string): NamedTest[] {
  const [, file, titles] = /^`([^`]+)`: (.+)$/.exec(list) ?? [];
  if (file === undefined || titles === undefined) throw new TypeError(`${place}: not \`file\`: \`titles\`: ${list}`);
  return quoted(titles, place).map((title) => ({ file, title }));
}

/** The items of a section, in their order. */
const FORM =
  /^(?:- Nothing of this is built\.|- \*\*Stopped by:\*\* .+(?:\n- \*\*Attacks:\*\* .+)?(?:\n- \*\*Tests:\*\* .+)*)\n- \*\*Remains:\*\* .+$/;

function sectionOf(id: string, lines: readonly string[]): ThreatSection {
  const place = `${threatsFile}, ${id}`;
  const blocks = blocksOf(lines).filter((block) => block !== "");
  const [threat = "", ...rest] = blocks;
  if (threat.startsWith("- ") || !FORM.test(rest.join("\n")))
    throw new TypeError(`${place}: a paragraph, then Stopped by, Attacks, Tests, Remains; or "${NOT_BUILT}", Remains`);
  const section = {
    attacks: items(rest, "Attacks").flatMap((list) => quoted(list, place)),
    clauses: items(rest, "Stopped by").flatMap(citedClauses),
    id,
    isBuilt: !rest.includes(`- ${NOT_BUILT}`),
    tests: items(rest, "Tests").flatMap((list) => namedTests(list, place)),
  };
  if (section.isBuilt && section.clauses.length === 0) throw new TypeError(`${place}: names no clause that stops it`);
  if (section.isBuilt && section.attacks.length + section.tests.length === 0)
    throw new TypeError(`${place}: names no attack and no test; say "${NOT_BUILT}" where that is so`);
  return section;
}

/**
 * The sections of the page, in its order; the model stands before the first.
 *
 * @throws TypeError with the place, where a section has another form
 */
export function parseThreats(page: string): ThreatSection[] {
  const sections = page.split(/^(?=## T\d+ )/m).filter((part) => part.startsWith("## T"));
  return sections.map((section) => {
    const [heading = "", ...lines] = section.trimEnd().split("\n");
    const stray = lines.find((line) => line.startsWith("#"));
    if (stray !== undefined) throw new TypeError(`${threatsFile}: a heading that is no threat: ${stray}`);
    return sectionOf(heading.split(" ")[1] ?? "", lines);
  });
}
