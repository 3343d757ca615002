import assert from "node:assert/strict";
import { test } from "node:test";
import { openDatabase } from "@firmament/replica";
import type { Copy, CopyFile } from "../src/log/copies.ts";
import { compareWith } from "../src/log/relations.ts";

/** A sound copy that ended at `size` entries when it was audited and that ends at `now`; all copies hold one history. */
function copyOf(role: CopyFile["role"], size: number, now: number, cosigners: Readonly<Record<string, number>>): Copy {
  const database = openDatabase(":memory:");
  database.prepare("INSERT INTO blocks VALUES (1, 1, 1, ?)").run(now);
  const report: Copy["report"] = {
    checked: [],
    cosigned: undefined,
    cosigners: new Map(Object.entries(cosigners)),
    counts: {},
    ends: Array.from({ length: size }, (_, i) => i + 1),
    findings: [],
    height: size - 1,
    leaves: new Uint8Array(size * 32),
    ledger: "test.example/registry/0000000000000000",
    root: new Uint8Array(32),
    size,
    time: 1,
  };
  const owner = role === "node" ? "alpha.example" : undefined;
  const file = { name: role, path: role, remembered: [], role, ...(owner === undefined ? {} : { owner }) };
  return { database, file, report };
}

function compared(role: CopyFile["role"], now: number, cosigners: Readonly<Record<string, number>> = {}) {
  const copy = copyOf(role, 4, now, {});
  const { findings, notices } = compareWith(copy, [copy, copyOf("named", 6, 6, cosigners)], []);
  return { codes: findings.map(({ code }) => code), notices };
}

test("a running ledger's or node's copy that grew while others were audited is not said to be cut", () => {
  const notices = ["it grew since: entries from 4 on are not judged"];
  assert.deepEqual(compared("ledger", 6), { codes: [], notices });
  assert.deepEqual(compared("node", 7, { "alpha.example": 6 }), { codes: [], notices });
});

test("one that still ends before the others, or before what its owner cosigned, is cut", () => {
  assert.deepEqual(compared("ledger", 5).codes, ["audit/tail"]);
  assert.deepEqual(compared("node", 5, { "alpha.example": 6 }).codes, ["audit/tail"]);
  assert.deepEqual(compared("node", 4, { "bravo.example": 6 }).codes, []);
});
