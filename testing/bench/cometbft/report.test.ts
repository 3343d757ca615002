import assert from "node:assert/strict";
import { test } from "node:test";
import { allHold } from "../figure.ts";
import type { SizeTimes } from "./experiment.ts";
import { experimentDrawings } from "./experiment-drawings.ts";
import { experimentPart } from "./experiment-part.ts";
import { floorsPart, type FloorTimes } from "./floors.ts";
import type { Form } from "./engine-network.ts";
import { RUNS, SIZES } from "./parts.ts";
import { parseCpuMs } from "./process-usage.ts";

const effort = { inFlight: 150, seconds: 4, serial: 100, sizes: [300] } as const;
const setting = { bars: "limit", commitPauseMs: 0, delayMs: 0, name: "a test", organisations: 4, rounds: 1 } as const;

function load(perSecond: number, p50: number) {
  return { bytes: 300, costs: [], p50, p95: p50, perSecond, size: 300 } as const;
}

function floorTimes(rates: Readonly<Record<Form, number>>, serial: Readonly<Record<Form, number>>): FloorTimes {
  const rounds = (["kvstore", "echo", "product"] as const).map((form) => ({
    form,
    loads: [load(rates[form], 100)],
    serial: load(0, serial[form]),
  }));
  return { effort, rounds, setting };
}

function sizeTimes(bytes: number, end: number): SizeTimes {
  const registration = { end, ledger: end / 4, recorded: end, stored: end / 2 };
  const retrieval = { end: 10, hash: 2, ledger: 2, stored: 9, verify: 1 };
  return { bytes, peak: 1e9, processes: 19, registrations: [registration], retrievals: [retrieval] };
}

const boundsOf = (times: FloorTimes) => floorsPart(times).figures.flatMap(({ bound }) => bound?.holds ?? []);

test("the product is judged by 1.3 times the store's latency, 0.8 of the echo's rate and 0.3 of the store's", () => {
  const serial = { echo: 60, kvstore: 50, product: 65 };
  assert.deepEqual(boundsOf(floorTimes({ echo: 100, kvstore: 200, product: 80 }, serial)), [true, true, true]);
  assert.deepEqual(boundsOf(floorTimes({ echo: 100, kvstore: 300, product: 79 }, { ...serial, product: 66 })), [
    false,
    false,
    false,
  ]);
  assert.equal(allHold([floorsPart(floorTimes({ echo: 100, kvstore: 200, product: 79 }, serial))]), false);
});

test("the experiment aims at 6 and 10 times its published figures, and at nothing for the small sizes", () => {
  const aims = (bytes: number, end: number, isTuned = true) =>
    experimentPart([sizeTimes(bytes, end)], "a test", isTuned).figures.flatMap(({ bound }) => bound?.holds ?? []);
  assert.deepEqual(aims(552_000, 467), [true, true]);
  assert.deepEqual(aims(552_000, 468), [false, true]);
  assert.deepEqual(aims(9_500_000, 561), [false, true]);
  assert.deepEqual([aims(289_000, 9000), aims(552_000, 9000, false)], [[], []]);
});

test("the experiment asks for each size of the source a hundred times, for those of small devices too", () => {
  assert.equal(RUNS.tuned, 100);
  for (const bytes of [552_000, 9_500_000, 15_400_000, 36_100_000]) assert.ok(SIZES.includes(bytes));
  assert.ok(SIZES.filter((bytes) => bytes <= 250_000).length >= 3);
});

test("[S4-67] the experiment's table has the points of both, beside each other", () => {
  const { notes } = experimentPart([sizeTimes(552_000, 400)], "a test", true);
  const row = notes.find((line) => line.startsWith("| 552 KB"));
  assert.match(row ?? "", /\| 100 \/ 488 +\| 200 \/ 508 +\| 400 \/ 2806 +\| 400 \/ 2808 +\| 7\.0 × +\|/);
});

test("[S4-66] every figure of source 004 has its drawing, each well-formed and inside its frame", () => {
  const drawings = experimentDrawings([sizeTimes(1000, 300), sizeTimes(552_000, 400), sizeTimes(36_100_000, 1500)]);
  assert.deepEqual(Object.keys(drawings).toSorted(), [
    "processes",
    "registration-steps",
    "registration-total",
    "retrieval-steps",
    "retrieval-total",
    "sizes",
  ]);
  for (const svg of Object.values(drawings)) {
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    const heights = [...svg.matchAll(/ (?:y|y1|height)="([-0-9.]+)"/g)].map(([, value]) => Number(value));
    assert.ok(heights.every((value) => value >= 0 && value <= 440));
  }
  assert.match(drawings["registration-steps"] ?? "", />14199</);
  assert.doesNotMatch(drawings["processes"] ?? "", />1 KB</);
});

test("CPU time is read behind a process's name, whatever the name holds", () => {
  const fields = ["S", ...Array.from({ length: 10 }, () => "0"), "150", "25", "0"];
  assert.equal(parseCpuMs(`42 (a) name) ${fields.join(" ")}`), 1750);
});
