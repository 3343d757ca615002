import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { engineSkip } from "../network/engine-skip.ts";
import { root } from "../repository/workspaces.ts";
import { type Block, blocksOf, operationsFile, type TerminalName, terminals } from "./page.ts";
import { Terminal } from "./terminal.ts";

const BLOCK_MS = 120_000;

const sections = readFileSync(join(root, operationsFile), "utf8").split(/^(?=## \d+ )/m);
const section = (number: number): string => sections.find((text) => text.startsWith(`## ${number} `)) ?? "";
const skip = engineSkip();

describe("the commands of docs/OPERATIONS.md, in five terminals", () => {
  let folder = "";
  const shells = new Map<TerminalName, Terminal>();
  const founding = blocksOf(section(2));
  const start = founding.findIndex(({ label }) => label === "run");

  const shell = (name: TerminalName): Terminal => {
    const found = shells.get(name);
    assert.ok(found);
    return found;
  };

  /** Runs blocks in their order, each in its terminals at the same time; what each printed. */
  async function follow(blocks: readonly Block[]): Promise<ReadonlyMap<TerminalName, string>> {
    const printed = new Map<TerminalName, string>();
    for (const block of blocks) {
      const ran = block.terminals.map(async (name) => {
        const text = await shell(name).run(block.commands, BLOCK_MS);
        printed.set(name, (printed.get(name) ?? "") + text);
      });
      await Promise.all(ran);
    }
    return printed;
  }

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "firmament-operations-"));
    for (const name of [...terminals, "bin"]) mkdirSync(join(folder, name));
    symlinkSync(join(root, "bin", "firmament.mjs"), join(folder, "bin", "firmament"));
    const path = [join(folder, "bin"), process.env["PATH"] ?? ""].join(delimiter);
    const environment = { ...process.env, FIRMAMENT_NO_INSTALL: "1", FIRMAMENT_PASSPHRASE_FILE: undefined, PATH: path };
    for (const name of terminals) shells.set(name, new Terminal(name, join(folder, name), environment));
  });

  after(async () => {
    await Promise.all([...shells.values()].map((each) => each[Symbol.asyncDispose]()));
    await rm(folder, { force: true, recursive: true });
  });

  it("four companies make their keys at home, and seal one genesis", async () => {
    assert.ok(start > 0);
    const printed = await follow(founding.slice(0, start));
    const ledgers = [...printed.values()].map((text) => /^ledger (\S+)$/m.exec(text)?.[1] ?? "");
    assert.match(ledgers[0] ?? "", /^example\.org\/registry\/[0-9a-f]{16}$/);
    assert.deepEqual(ledgers, Array(4).fill(ledgers[0]));
    const files = [...printed.keys()].map((name) => readFileSync(join(folder, name, "home", "genesis.json"), "utf8"));
    assert.equal(new Set(files).size, 1);
  });

  it("their nodes agree over TLS, and cosign what they executed", { skip }, async () => {
    const printed = await follow(founding.slice(start));
    for (const text of printed.values()) {
      assert.match(text, /is well/);
      assert.match(text, /^trust\/1, digest/m);
      assert.ok([...text.matchAll(/^— \S+\.example /gm)].length >= 3, text);
    }
  });

  it(
    "[S0-30] an organisation joins the running ledger, a key is rotated, an organisation is removed",
    { skip },
    async () => {
      const voter = (await follow(blocksOf(section(3)))).get("bravo") ?? "";
      const [, administrator] = /^echo\.example\n(?: {2}.*\n)*? {2}administrator {2}(.*)$/m.exec(voter) ?? [];
      assert.ok(
        voter.includes(`  administrator ${administrator ?? "?"}`),
        "who votes sees the key that the member file names",
      );
      await follow(blocksOf(section(4)));
      const removing = blocksOf(section(5));
      await follow(removing.slice(0, -1));
      const state = await shell("echo").run(
        "until firmament trust show --organisation $NAME | grep -q '^trust/4,'; do sleep 1; done; " +
          "firmament trust show --organisation $NAME; firmament org list --as $NAME/admin",
        BLOCK_MS,
      );
      assert.match(state, /^delta\.example +removed$/m);
      assert.match(state, /^3 of 4 organisations cosign/m);
      await shell("delta").run("firmament org authority --as $NAME/admin --out ../exchange/late.json", BLOCK_MS);
      const carry = "firmament org carry ../exchange/late.json --organisation $NAME 2>&1 || true";
      assert.match(await shell("alpha").run(carry, BLOCK_MS), /^refused: organisation\/inactive$/m);
      await follow(removing.slice(-1));
    },
  );
});
