import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { verifyTwoHistories } from "@firmament/core/evidence";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, Replica } from "@firmament/replica";
import { Consortium } from "@firmament/testing/kit";
import { firmament, type Run } from "../e2e/program.ts";
import { forkAt } from "./support/fork.ts";
import { HomeFiles } from "./support/home.ts";
import { edit, fullHistory } from "./support/sample.ts";

interface Copy {
  readonly name: string;
  readonly found: number;
  readonly findings: readonly { readonly code: string; readonly where: string; readonly remedy: string }[];
  readonly notices: readonly string[];
  readonly proofs: readonly string[];
}

const copiesOf = (run: Run): readonly Copy[] => (JSON.parse(run.stdout) as { copies: readonly Copy[] }).copies;

function copyOf(run: Run, name: string): Copy {
  return copiesOf(run).find((each) => each.name === name) ?? assert.fail(`${name} was not audited: ${run.stderr}`);
}

const codesOf = (copy: Copy): readonly string[] => [...new Set(copy.findings.map(({ code }) => code))];

describe("firmament log audit", () => {
  let c: Consortium;
  let folder = "";
  let home: HomeFiles;
  const charlie = "charlie.example";

  const audit = (...words: readonly string[]) => firmament(["log", "audit", "--home", home.path, "--json", ...words]);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "firmament-log-audit-"));
    c = await Consortium.ready();
    await fullHistory(c);
  });

  after(async () => {
    c[Symbol.dispose]();
    await rm(folder, { force: true, recursive: true });
  });

  async function fresh(name: string): Promise<void> {
    home = new HomeFiles(join(folder, name));
    await home.write(c);
  }

  // A copy of the first blocks only, whole in itself.
  async function shorten(path: string, height: number): Promise<void> {
    await rm(path);
    using replica = Replica.open(path, nodeCrypto, c.genesisFile);
    for (const block of blocksFrom(c.replica.database, 1, height)) replica.apply(block);
  }

  it("finds nothing in the ledger and the nodes' replicas of an honest home, and says what it compared", async () => {
    await fresh("honest");
    const run = await audit();
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(
      copiesOf(run).map(({ findings, name, notices }) => [name, findings.length, notices.length]),
      ["ledger", ...c.members.map((member) => member.name)].map((name) => [name, 0, 0]),
    );
    const text = await firmament(["log", "audit", "--home", home.path, "--as", `${charlie}/admin`]);
    assert.match(
      text.stdout,
      /log_nodes +\d+\n.*newest entry +\d+, .*✓ sound\n\nLater entries .*\nverdict: the copy is sound\n$/s,
    );
  });

  it("[S1-24] names the changed byte and the removed record in one copy, and trusts the others", async () => {
    await fresh("altered");
    edit(home.ledger, "UPDATE entries SET bytes = CAST(replace(bytes, 'time', 'tame') AS BLOB) WHERE idx = 9");
    edit(home.replica(charlie), "DELETE FROM transactions WHERE idx = 12");
    const run = await audit();
    assert.equal(run.code, 3);
    const [entry] = copyOf(run, "ledger").findings;
    assert.deepEqual([entry?.code, entry?.where], ["audit/entries", "entries idx=9, bytes"]);
    const [first] = copyOf(run, charlie).findings;
    assert.deepEqual([first?.code, first?.where], ["audit/transactions", "transactions idx=12, bytes"]);
    assert.ok((first?.remedy.length ?? 0) > 0);
    const text = await firmament(["log", "audit", "--home", home.path, "--as", `${charlie}/admin`]);
    assert.match(
      text.stdout,
      /✗ audit\/transactions {2}transactions idx=12, bytes\n +found +no row\n +expected .*\n +remedy /,
    );
  });

  it("names a tail that was cut from the ledger, and from a node that cosigned what is gone", async () => {
    await fresh("cut");
    await shorten(home.ledger, 29);
    await shorten(home.replica(charlie), 29);
    await shorten(home.replica("delta.example"), 34);
    const run = await audit();
    assert.equal(run.code, 3);
    assert.deepEqual(codesOf(copyOf(run, "ledger")), ["audit/tail"]);
    assert.deepEqual(codesOf(copyOf(run, charlie)), ["audit/tail"]);
    assert.match(copyOf(run, charlie).findings[0]?.where ?? "", /charlie\.example cosigned size \d+$/);
    const late = copyOf(run, "delta.example");
    assert.deepEqual([late.found, late.notices.length > 0], [0, true], "a node that was off is behind, no more");
  });

  it("names a tail by what the node itself remembers, by a kept checkpoint and by another copy", async () => {
    await fresh("remembered");
    const note = join(folder, "note.txt");
    const shown = await firmament(["log", "checkpoint", "--as", `${charlie}/admin`, "--home", home.path]);
    assert.equal(shown.code, 0, shown.stderr);
    await writeFile(note, shown.stdout);
    const path = home.replica("delta.example");
    await shorten(path, 29);
    const alone = ["--database", path];
    assert.equal((await audit(...alone)).code, 0, "nothing in the file tells of it");
    for (const words of [
      [...alone, "--checkpoint", note],
      [...alone, "--against", home.ledger],
    ]) {
      const run = await audit(...words);
      assert.deepEqual([run.code, codesOf(copyOf(run, path))], [3, ["audit/tail"]]);
    }
    await home.remember("delta.example", c.size, c.replica.status.root);
    const run = await audit("--as", "delta.example/admin");
    assert.deepEqual([run.code, codesOf(copyOf(run, "delta.example"))], [3, ["audit/tail"]]);
  });

  it("[S2-48] writes a portable proof where two cosigned histories exist", async () => {
    await fresh("forked");
    const other = join(folder, "other.sqlite");
    await forkAt(c, other, 33, [0, 1, 2]);
    const evidence = join(folder, "evidence");
    const run = await audit("--database", home.ledger, "--against", other, "--evidence", evidence);
    assert.equal(run.code, 3);
    const copy = copyOf(run, home.ledger);
    assert.ok(codesOf(copy).includes("audit/history"));
    const [file = ""] = await readdir(evidence);
    assert.deepEqual(copy.proofs, [join(evidence, file)]);
    const said = verifyTwoHistories(nodeCrypto, await readFile(join(evidence, file)), c.trustPin());
    assert.deepEqual([...said.both].sort(), ["alpha.example", "bravo.example", "charlie.example"]);
  });

  it("gives a verdict on two histories, and no proof, where one copy's cosignatures or hashes are damaged besides", async () => {
    await fresh("damaged");
    for (const [i, sql] of [
      "UPDATE cosignatures SET organisation = 'a b'",
      "UPDATE cosignatures SET signature = 'no bytes'",
      "UPDATE cosignatures SET time = -1",
      "DELETE FROM log_nodes",
    ].entries()) {
      const other = join(folder, `damaged-${i}.sqlite`);
      await forkAt(c, other, 33, [0, 1, 2]);
      edit(other, sql);
      const run = await audit("--database", home.ledger, "--against", other, "--evidence", join(folder, "none"));
      assert.equal(run.code, 3, sql);
      const copy = copyOf(run, home.ledger);
      assert.deepEqual([codesOf(copy), copy.proofs], [["audit/history"], []], sql);
    }
  });

  it("accuses nobody of a cut tail by a false cosignature in another's copy", async () => {
    await fresh("accused");
    for (const path of [home.ledger, ...c.members.map(({ name }) => home.replica(name))]) {
      edit(path, "DELETE FROM cosignatures WHERE organisation = 'delta.example'");
    }
    await shorten(home.replica("delta.example"), 20);
    const row =
      "SELECT size, 'ffffffff', 'delta.example', time, signature FROM cosignatures ORDER BY size DESC LIMIT 1";
    edit(home.replica(charlie), `INSERT INTO cosignatures ${row}`);
    const run = await audit();
    assert.deepEqual(codesOf(copyOf(run, charlie)), ["audit/cosignatures"]);
    assert.deepEqual(codesOf(copyOf(run, "delta.example")), []);
  });

  it("refuses what it cannot read, and says so of a file that is no database", async () => {
    await fresh("unreadable");
    const missing = await audit("--database", join(folder, "nothing.sqlite"));
    assert.deepEqual([missing.code, (JSON.parse(missing.stderr) as { code: string }).code], [3, "cli/file"]);
    await writeFile(home.ledger, "not a database");
    const run = await audit();
    assert.equal(run.code, 3);
    assert.deepEqual(codesOf(copyOf(run, "ledger")), ["audit/database", "audit/replay"]);
  });
});
