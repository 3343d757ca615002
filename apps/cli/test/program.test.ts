import assert from "node:assert/strict";
import { test } from "node:test";
import { CommanderError } from "commander";
import { Program } from "../src/program.ts";

const ID = "-MCMaMCEWpduvOc2EMbYz2E5MAoErLqQKa6GEaP95pc";

/** What `release show <release> [others…] [--as <actor>] [--json]` is given. */
function shown(words: readonly string[]): { operands: readonly string[]; options: unknown } {
  let found: { operands: readonly string[]; options: unknown } | undefined;
  const program = new Program("firmament").enablePositionalOptions().exitOverride();
  program
    .command("release")
    .command("show")
    .argument("<release>")
    .argument("[others...]")
    .option("--as <actor>")
    .option("--json")
    .configureOutput({ writeErr: () => undefined })
    .action((release: string, others: readonly string[], options: unknown) => {
      found = { operands: [release, ...others], options };
    });
  program.parse(["release", "show", ...words], { from: "user" });
  assert.ok(found);
  return found;
}

test("an id that begins with a hyphen is an operand, wherever it stands", () => {
  const options = { as: "b.example/admin", json: true };
  for (const words of [
    [ID, "--as", "b.example/admin", "--json"],
    ["--as", "b.example/admin", ID, "--json"],
    ["--json", "--as", "b.example/admin", ID],
  ]) {
    assert.deepEqual(shown(words), { operands: [ID], options });
  }
  assert.deepEqual(shown([ID, "other", ID]), { operands: [ID, "other", ID], options: {} });
});

test("it is an option's value where the option takes one", () => {
  assert.deepEqual(shown(["release-1", "--as", ID]), { operands: ["release-1"], options: { as: ID } });
});

test("any other word with a hyphen is an option", () => {
  for (const word of ["-x", "--other", ID.slice(0, -1), `${ID}A`, ID.replace("W", "+")]) {
    assert.throws(
      () => shown([word, "release-1"]),
      (cause) => cause instanceof CommanderError && cause.code === "commander.unknownOption",
      word,
    );
  }
});
