import assert from "node:assert/strict";
import { test } from "node:test";
import { refuseContent } from "@firmament/core/content";
import { isAsExpected, renderTable, type Row, tryAttack } from "./report.ts";
import { attacks } from "./suite.ts";
import { NO_EFFECT, tryEffect } from "./without-effect.ts";

for (const attack of attacks) {
  const shown = attack.shows === undefined ? "" : ` [${attack.shows.join(" ")}]`;
  test(`attack: ${attack.name}: ${attack.code}${shown}`, async () => {
    const { got, honest } = await tryAttack(attack);
    assert.equal(honest, "accepted");
    assert.equal(got, attack.code);
  });
}

test("every attack has a name of its own and threats of the catalogue", () => {
  assert.equal(new Set(attacks.map(({ name }) => name)).size, attacks.length);
  const threats = attacks.flatMap((attack) => attack.threats);
  assert.deepEqual(
    threats.filter((threat) => !/^T(?:[1-9]|[12][0-9]|30)$/.test(threat)),
    [],
  );
});

test("a verdict is good only where the honest run was accepted and the code is the attack's own", async () => {
  const run = (honest: string, attack: string) =>
    tryAttack({ code: "a/b", name: "x", run: () => Promise.resolve({ attack, honest }), threats: ["T1"] });
  const verdicts = await Promise.all([
    run("accepted", "a/b"),
    run("accepted", "a/c"),
    run("accepted", "accepted"),
    run("a/d", "a/b"),
  ]);
  assert.deepEqual(
    verdicts.map(({ verdict }) => verdict),
    ["refused as expected", "refused with another code", "accepted", "honest run refused"],
  );
  assert.deepEqual(verdicts.map(isAsExpected), [true, false, false, false]);
});

test("an attack is without effect only where the honest step changes what is measured and the attack does not", async () => {
  let count = 0;
  const add = () => count++;
  const idle = () => undefined;
  const judged = async (attack: () => unknown, honest: () => unknown, measure = () => count) => {
    const run = () => tryEffect({ attack, honest, measure });
    return (await tryAttack({ code: NO_EFFECT, name: "x", run, threats: ["T1"] })).verdict;
  };
  assert.equal(await judged(idle, add), "without effect as expected");
  assert.equal(await judged(add, add), "accepted");
  assert.equal(await judged(idle, idle), "honest run refused");
  assert.equal(await judged(idle, add, () => 1), "honest run refused");
  const refused = () => {
    throw refuseContent("content/range");
  };
  assert.equal(await judged(refused, add), "refused with another code");
});

test("the table has one line for each attack", () => {
  const row: Row = {
    attack: "x",
    expected: "a/b",
    got: "a/b",
    honest: "accepted",
    ms: 1,
    threats: ["T1", "T2"],
    verdict: "refused as expected",
  };
  const lines = renderTable([row, row]).split("\n");
  assert.equal(lines.length, 4);
  assert.ok(lines.every((line) => line.length === lines[0]?.length));
});
