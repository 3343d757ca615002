import assert from "node:assert/strict";
import { test } from "node:test";
import { drawDiagram } from "./curve.ts";
import { allHold, atLeast, type Figure, ratioOf, verdictOf, within } from "./figure.ts";
import { parseStatus } from "./process-memory.ts";
import { median, quantile } from "./statistics.ts";
import { renderPart } from "./table.ts";

const figure: Figure = { what: "build <p99>", value: 6, unit: "ms", floor: 4 };
const part = (...figures: readonly Figure[]) => ({ figures, notes: ["one note"], title: "a part" });

test("a quantile is the nearest rank, in any order of the values", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual([quantile(values, 0.99), median(values), quantile(values, 1), quantile([7], 0.5)], [99, 50, 100, 7]);
});

test("a limit that is exceeded fails the run, an aim that is missed does not", () => {
  const exceeded = within("limit", figure, 5);
  const missed = atLeast("aim", figure, 7);
  assert.deepEqual(
    [verdictOf(exceeded.bound ?? assert.fail()), verdictOf(missed.bound ?? assert.fail())],
    ["EXCEEDED", "misses the aim"],
  );
  assert.equal(allHold([part(missed)]), true);
  assert.equal(allHold([part(missed), part(figure, exceeded)]), false);
  assert.equal(allHold([part(within("limit", figure, 6))]), true);
});

test("a part is printed with its floor, ratio, bound and verdict", () => {
  const lines = renderPart(part(within("limit", figure, 5))).split("\n");
  assert.equal(lines[3], "| build <p99> | 6 ms  | 4 ms  | 1.50  | limit ≤ 5 ms | EXCEEDED |");
  assert.deepEqual([lines[0], lines.at(-1), ratioOf(figure)], ["a part", "one note", 1.5]);
});

test("a diagram is one well-formed document that shows every point inside its frame", () => {
  const svg = drawDiagram({
    title: "a < b & c",
    x: "keys",
    y: "per second",
    series: [
      {
        name: "fold",
        points: [
          [1000, 2500],
          [1_000_000, 900],
        ],
      },
      { name: "floor", isReference: true, points: [[1000, 9000]] },
    ],
  });
  assert.match(svg, /a &#60; b &#38; c/);
  const circles = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(
    ([, x, y]) => [Number(x), Number(y)] as const,
  );
  assert.equal(circles.length, 3);
  assert.ok(circles.every(([x, y]) => x >= 80 && x <= 570 && y >= 44 && y <= 364));
  const [opened, closed] = [svg.match(/<[a-z]/g)?.length, svg.match(/<\/[a-z]|\/>/g)?.length];
  assert.equal(opened, closed);
});

test("memory is read in bytes from what the system says of a process", () => {
  assert.deepEqual(parseStatus("Name:\tnode\nVmHWM:\t  200 kB\nVmRSS:\t  100 kB\n"), {
    peak: 204_800,
    resident: 102_400,
  });
  assert.equal(parseStatus("Name:\tnode\nState:\tZ (zombie)\n"), undefined);
});
