import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fromHex } from "@firmament/core/bytes";
import { nodeCrypto } from "@firmament/crypto";
import { rootAt } from "@firmament/core/log";
import { blocksFrom, logNodes, openDatabase, Replica } from "@firmament/replica";
import { auditFile, edit, fullHistory, Sample } from "./support/sample.ts";

/** Everything after an entry gone, in every table, as one does who wants to be believed. */
const cutTo = (size: number): string => `
  DELETE FROM blocks WHERE size > ${size};
  DELETE FROM entries WHERE idx >= ${size};
  DELETE FROM transactions WHERE idx >= ${size};
  DELETE FROM log_nodes WHERE ((idx + 1) << level) > ${size};
  DELETE FROM roots WHERE size > ${size};`;

describe("a copy whose tail was cut off", () => {
  let sample: Sample;

  before(async () => {
    sample = await Sample.of(fullHistory);
  });

  after(() => sample[Symbol.asyncDispose]());

  // Nothing is left in the file that tells of the entries after the 30th.
  async function cleanCut(): Promise<string> {
    const path = join(sample.folder, "clean.sqlite");
    await rm(path, { force: true });
    using whole = openDatabase(sample.original, { readOnly: true });
    using replica = Replica.open(path, nodeCrypto, sample.genesisFile);
    for (const block of blocksFrom(whole, 1, 29)) replica.apply(block);
    return path;
  }

  const cut = (sql = "") => sample.altered(cutTo(30) + sql, { genesisFile: sample.genesisFile });

  it("still holds records that the rest of it does not make", async () => {
    const { findings, size } = await cut();
    assert.equal(size, 30);
    assert.ok(findings.some(({ code }) => code === "audit/state"));
  });

  it("without a trace in the file looks like an older copy, and its owner must remember more than the file does", async () => {
    const path = await cleanCut();
    const alone = auditFile(path, { genesisFile: sample.genesisFile });
    assert.deepEqual([alone.findings, alone.size], [[], 30]);
    edit(path, `ATTACH '${sample.original}' AS whole; INSERT INTO cosignatures SELECT * FROM whole.cosignatures`);
    assert.deepEqual(Object.keys(auditFile(path, { genesisFile: sample.genesisFile }).counts), ["audit/tail"]);
  });

  it("is found by a cosignature of a larger size that it kept", async () => {
    const { findings } = await cut();
    const tail = findings.find(({ code }) => code === "audit/tail");
    assert.equal(tail?.found, "the copy ends at 30");
    assert.match(tail.where, new RegExp(`^cosignatures size=${sample.size} key_id=`));
  });

  it("is found by a checkpoint that somebody remembers, and a remembered one of another history too", async () => {
    const path = await sample.copy();
    using original = openDatabase(path, { readOnly: true });
    const root = rootAt(nodeCrypto, logNodes(original), sample.size);
    const remembered = [{ root, size: sample.size, source: "my note" }];
    const { findings } = await sample.altered(cutTo(30), { remembered });
    assert.ok(findings.some(({ code, where }) => code === "audit/tail" && where === "my note"));
    assert.deepEqual(auditFile(path, { remembered }).findings, []);
    const other = auditFile(path, { remembered: [{ root: fromHex("00".repeat(32)), size: 30, source: "their note" }] });
    assert.deepEqual(
      other.findings.map(({ code, where }) => [code, where]),
      [["audit/checkpoint", "their note, size 30"]],
    );
  });
});
