import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { attacks } from "../attacks/suite.ts";
import { root, testFiles } from "../repository/workspaces.ts";
import { citedClauses, definedClauses, parseThreats, threatsFile } from "./page.ts";
import { testTitles } from "./titles.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const page = read(threatsFile);
const sections = parseThreats(page);

test("docs/THREATS.md has a section for each of T1 to T30, in order", () => {
  const ids = sections.map(({ id }) => id);
  assert.deepEqual(
    ids,
    Array.from({ length: 30 }, (_, i) => `T${i + 1}`),
  );
});

test("every clause that it and docs/GLOSSARY.md cite is one of docs/PROTOCOL.md", () => {
  const defined = definedClauses(read("docs/PROTOCOL.md"));
  const cited = [page, read("docs/GLOSSARY.md")].flatMap(citedClauses);
  assert.deepEqual(
    cited.filter((clause) => !defined.has(clause)),
    [],
  );
});

test("every attack that it names is in the attack suite, under that threat", () => {
  const known = new Map(attacks.map(({ name, threats }) => [name, threats]));
  const wrong = sections.flatMap(({ attacks: names, id }) =>
    names.flatMap((name) => (known.get(name)?.includes(id) === true ? [] : [`${id}: ${name}`])),
  );
  assert.deepEqual(wrong, []);
});

test("every threat of an attack has a section, which does not say that nothing is built", () => {
  const built = new Set(sections.flatMap(({ id, isBuilt }) => (isBuilt ? [id] : [])));
  const wrong = attacks.flatMap(({ name, threats }) =>
    threats.flatMap((id) => (built.has(id) ? [] : [`${id}: ${name}`])),
  );
  assert.deepEqual(wrong, []);
});

test("every test that it names stands under that title in that file", () => {
  const files = new Set(testFiles());
  const named = Map.groupBy(
    sections.flatMap(({ id, tests }) => tests.map((each) => ({ ...each, id }))),
    ({ file }) => file,
  );
  const missing = [...named].flatMap(([file, all]) => {
    const titles = files.has(file) ? testTitles(read(file)) : new Set<string>();
    return all.flatMap(({ id, title }) => (titles.has(title) ? [] : [`${id}: ${file}: ${title}`]));
  });
  assert.deepEqual(missing, []);
});

const SECTION = `## T1 A threat

What could happen.

- **Stopped by:** a rule (B-10, \`C-5\`).
- **Attacks:** \`a, b\`, \`c\`
- **Tests:** \`x.test.ts\`: \`d\`,
  \`e …\`
- **Remains:** the rest.
`;

test("a section gives its clauses, attacks and tests", () => {
  assert.deepEqual(parseThreats(`# Threats\n\n## Model\n\nText.\n\n${SECTION}`), [
    {
      attacks: ["a, b", "c"],
      clauses: ["B-10"],
      id: "T1",
      isBuilt: true,
      tests: [
        { file: "x.test.ts", title: "d" },
        { file: "x.test.ts", title: "e …" },
      ],
    },
  ]);
  const bare = "## T2 Another\n\nWhat could happen.\n\n- Nothing of this is built.\n- **Remains:** all of it.\n";
  assert.deepEqual(parseThreats(bare), [{ attacks: [], clauses: [], id: "T2", isBuilt: false, tests: [] }]);
});

test("a section of another form is refused with its place", () => {
  const changed: readonly (readonly [string, string])[] = [
    ["- **Remains:** the rest.\n", ""],
    ["What could happen.\n\n", ""],
    ["Stopped by", "Stopped"],
    ["(B-10, `C-5`)", "of ours"],
    ["`a, b`, `c`", "`a, b` and `c`"],
    ["`x.test.ts`: `d`", "`d`"],
    ["- **Attacks:** `a, b`, `c`\n- **Tests:** `x.test.ts`: `d`,\n  `e …`\n", ""],
    ["- **Attacks", "- Nothing of this is built.\n- **Attacks"],
    ["- **Remains", "More.\n\n- **Remains"],
    ["- **Remains", "## Model\n- **Remains"],
  ];
  for (const [from, to] of changed) {
    assert.ok(SECTION.includes(from));
    assert.throws(() => parseThreats(SECTION.replace(from, to)), TypeError, from);
  }
});

test("titles are read as they stand, one that is made in part up to there", () => {
  const text =
    'test("a", f);\n  it(\n    `b: ${x} c`,\n  );\ntest("d (`e`)", f);\nconst no = "f";\nassert.test("g");\n';
  assert.deepEqual(testTitles(text), new Set(["a", "b: …", "d (`e`)"]));
});
