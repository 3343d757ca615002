/** Marks the part of a title that a test makes while it runs. */
const REST = "…";

/** A title up to what the test puts into it. */
function literal(text: string): string {
  const made = text.indexOf("${");
  return made < 0 ? text : `${text.slice(0, made)}${REST}`;
}

/** Titles of the tests of a TypeScript text, as they stand there; `…` for all from the first `${` on. */
export function testTitles(text: string): Set<string> {
  const calls = text.matchAll(/^\s*(?:test|it)\(\s*(?:"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/gm);
  return new Set([...calls].map(([, plain, template = ""]) => plain ?? literal(template)));
}
