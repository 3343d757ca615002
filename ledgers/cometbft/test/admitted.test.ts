import assert from "node:assert/strict";
import { it } from "node:test";
import { utf8 } from "@firmament/core/bytes";
import type { Transaction } from "@firmament/core/registry";
import { AdmittedTransactions } from "../src/admitted.ts";

const end = "s".repeat(64);
const transaction = {} as Transaction;

it("an admitted transaction is found by all of its bytes, until a block has judged these very bytes", () => {
  const admitted = new AdmittedTransactions();
  const [bytes, forged] = [utf8(`honest ${end}`), utf8(`forged ${end}`)];
  admitted.remember(bytes, transaction);
  assert.deepEqual(admitted.find(utf8(`honest ${end}`)), { bytes, transaction });
  assert.equal(admitted.find(forged), undefined);
  admitted.forget(forged);
  assert.ok(admitted.find(bytes));
  admitted.forget(utf8(`honest ${end}`));
  assert.equal(admitted.find(bytes), undefined);
});

it("an admitted transaction is its own copy: the engine writes over what it showed", () => {
  const admitted = new AdmittedTransactions();
  const shown = utf8(`honest ${end}`);
  admitted.remember(shown, transaction);
  shown.fill(0);
  assert.deepEqual(admitted.find(utf8(`honest ${end}`))?.bytes, utf8(`honest ${end}`));
});
