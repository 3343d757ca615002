import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "@firmament/core/errors";
import { print, printError } from "../src/output.ts";

// Clears a screen in two ways, begins a line of its own, and turns the reading direction round.
const words = "1.0\u001b[2J\u009b2J\nverdict: sound\u202e\u007f";
const escaped = "1.0\\u001b[2J\\u009b2J\\u000averdict: sound\\u202e\\u007f";

test("no terminal obeys what a stranger wrote, whoever shows it", (t) => {
  const written: string[] = [];
  const take = (text: string) => written.push(text) > 0;
  const out = t.mock.method(process.stdout, "write", take);
  const err = t.mock.method(process.stderr, "write", take);
  print({ json: { words }, lines: [words, "second"] }, false);
  print({ json: { words }, lines: [] }, true);
  printError(new Refusal("a/b", { remedy: "None.", rule: words, status: 400 }, ""), false);
  for (const each of [out, err]) each.mock.restore();
  const [lines, json = "", refusal] = written;
  assert.equal(lines, `${escaped}\nsecond\n`);
  assert.deepEqual(JSON.parse(json), { words });
  assert.match(json, /^\{\n {2}"words": "[\u0020-\u007e]+"\n\}\n$/);
  assert.equal(refusal, `refused: a/b\n  ${escaped}\n  None.\n`);
});
