import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { canonicalBytes } from "@firmament/core/codec";
import { runProgram } from "../repository/program.ts";

const python = process.env["FIRMAMENT_PYTHON"] ?? "python3";
const present = spawnSync(python, ["-c", "import cryptography"]).status === 0;
const needsPython = {
  skip: present ? false : `engine python: ${python} lacks the package; ${python} -m pip install cryptography`,
};
const verifier = join(import.meta.dirname, "independent/verify.py");
const golden = (name: string): string => join(import.meta.dirname, "golden", name);
const json = <T>(name: string): T => JSON.parse(readFileSync(golden(name), "utf8")) as T;

const scratch = mkdtempSync(join(tmpdir(), "firmament-independent-"));
after(() => {
  rmSync(scratch, { force: true, recursive: true });
});

interface Verdict {
  readonly decision?: { readonly action: string; readonly code?: string };
  readonly code?: string;
}

interface Case {
  readonly bundle: string;
  readonly device: string;
  readonly now: number;
  readonly wanted?: string;
}

/** What the second verifier says: a verdict, or the code of its refusal. A fault of it fails the test. */
async function verdictOf({ bundle, device, now, wanted }: Case): Promise<Verdict> {
  const wish = wanted === undefined ? [] : ["--release", wanted];
  const args = [verifier, bundle, golden("trust.json"), device, "--now", String(now), ...wish];
  const { code, output } = await runProgram(python, args, ["ignore", "pipe", "pipe"]);
  assert.ok(code === 0 || code === 1, output);
  return JSON.parse(output) as Verdict;
}

async function codeOf(found: Case): Promise<string | undefined> {
  const { code, decision } = await verdictOf(found);
  return code ?? decision?.code ?? decision?.action;
}

for (const folder of ["", "complete/"]) {
  test(`the independent verifier gives the golden verdict on ${folder}bundle.cbor`, needsPython, async () => {
    const { verdict, ...given } = json<{ readonly now: number; readonly verdict: Verdict }>(`${folder}verdict.json`);
    const files = { bundle: golden(`${folder}bundle.cbor`), device: golden(`${folder}device.json`) };
    assert.deepEqual(await verdictOf({ ...files, now: given.now }), verdict);
  });
}

interface Refused {
  readonly now: number;
  readonly altered: readonly { readonly file: string; readonly code: string }[];
  readonly declined: readonly {
    readonly what: string;
    readonly code: string;
    readonly device?: object;
    readonly now?: number;
    readonly wanted?: string;
  }[];
}

test("the independent verifier refuses each altered golden bundle with its code", needsPython, async () => {
  const { altered, now } = json<Refused>("refused.json");
  for (const { code, file } of altered) {
    const found = { bundle: golden(`refused/${file}`), device: golden("device.json"), now };
    assert.equal(await codeOf(found), code, file);
  }
});

test("the independent verifier gives other devices, clocks and wishes their golden codes", needsPython, async () => {
  const { declined, now } = json<Refused>("refused.json");
  const device = json<object>("device.json");
  const file = join(scratch, "device.json");
  for (const { code, device: change, now: at = now, wanted, what } of declined) {
    writeFileSync(file, canonicalBytes({ ...device, ...change }));
    const wish = wanted === undefined ? {} : { wanted };
    assert.equal(await codeOf({ bundle: golden("bundle.cbor"), device: file, now: at, ...wish }), code, what);
  }
});
