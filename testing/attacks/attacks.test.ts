import assert from "node:assert/strict";
import { test } from "node:test";
import { isRefused, renderTable, type Row, tryAttack } from "./report.ts";
import { attacks } from "./suite.ts";

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
  assert.deepEqual(verdicts.map(isRefused), [true, false, false, false]);
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
