import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { decoders } from "./decoders/index.ts";

const HEAP_MIB = 64;
const GROWTH_MIB = 192;
const TIMEOUT_MS = 120_000;

test("deep nesting, long texts and claims of 2^64 bytes are refused by every decoder within a heap of 64 MiB", () => {
  const child = join(import.meta.dirname, "bounded-child.ts");
  const args = ["--expose-gc", `--max-old-space-size=${HEAP_MIB}`, "--disable-warning=ExperimentalWarning", child];
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: TIMEOUT_MS });
  assert.equal(status, 0, stderr);
  const { cases, grownMiB } = JSON.parse(stdout) as { cases: number; grownMiB: number };
  console.log(`${cases} cases, ${grownMiB} MiB more than before`);
  assert.ok(cases > 20 * decoders.length);
  assert.ok(grownMiB < GROWTH_MIB, `it grew by ${grownMiB} MiB`);
});
