import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { canonicalBytes } from "@firmament/core/codec";

const python = process.env["FIRMAMENT_PYTHON"] ?? "python3";
const present = spawnSync(python, ["-c", "import cryptography"]).status === 0;
const needsPython = {
  skip: present ? false : `engine python: ${python} lacks a package: ${python} -m pip install cryptography`,
};
const verifier = join(import.meta.dirname, "independent/verify.py");
const golden = (name: string): string => join(import.meta.dirname, "golden", name);
const json = <T>(name: string): T => JSON.parse(readFileSync(golden(name), "utf8")) as T;

const scratch = mkdtempSync(join(tmpdir(), "firmament-independent-"));
after(() => {
  rmSync(scratch, { force: true, recursive: true });
});

/** What the second verifier prints: a verdict, or the code of its refusal. */
interface Answer {
  readonly code?: string;
  readonly detail?: string;
  readonly decision?: { readonly action: string; readonly code?: string };
}

interface Case {
  readonly bundle: string;
  readonly device: string;
  readonly now: number;
  readonly release?: string;
}

/** The second verifier's answers, all from one process. A fault of it fails the test. */
function answersOf(cases: readonly Case[]): Answer[] {
  const lines = cases.map((each) => JSON.stringify({ ...each, trust: golden("trust.json") }));
  const { status, stderr, stdout } = spawnSync(python, [verifier], { encoding: "utf8", input: lines.join("\n") });
  assert.equal(status, 0, stderr);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Answer);
}

function codesOf(cases: readonly Case[]): (string | undefined)[] {
  return answersOf(cases).map(({ code, decision }) => code ?? decision?.code ?? decision?.action);
}

for (const folder of ["", "complete/"]) {
  test(`the independent verifier gives the golden verdict on ${folder}bundle.cbor`, needsPython, () => {
    const { now, verdict } = json<{ readonly now: number; readonly verdict: Answer }>(`${folder}verdict.json`);
    const files = { bundle: golden(`${folder}bundle.cbor`), device: golden(`${folder}device.json`) };
    assert.deepEqual(answersOf([{ ...files, now }]), [verdict]);
  });
}

interface Refused {
  readonly now: number;
  readonly altered: readonly { readonly file: string; readonly code: string }[];
  readonly declined: readonly {
    readonly code: string;
    readonly device?: object;
    readonly now?: number;
    readonly wanted?: string;
  }[];
}

test("the independent verifier refuses each altered golden bundle with its code", needsPython, () => {
  const { altered, now } = json<Refused>("refused.json");
  const device = golden("device.json");
  const cases = altered.map(({ file }) => ({ bundle: golden(`refused/${file}`), device, now }));
  assert.deepEqual(
    codesOf(cases),
    altered.map(({ code }) => code),
  );
});

test("the independent verifier gives other devices, clocks and wishes their golden codes", needsPython, () => {
  const { declined, now } = json<Refused>("refused.json");
  const honest = json<object>("device.json");
  const cases = declined.map(({ device: change, now: at = now, wanted: release }, i) => {
    const device = join(scratch, `${i}.json`);
    writeFileSync(device, canonicalBytes({ ...honest, ...change }));
    return { bundle: golden("bundle.cbor"), device, now: at, ...(release === undefined ? {} : { release }) };
  });
  assert.deepEqual(
    codesOf(cases),
    declined.map(({ code }) => code),
  );
});

test("the independent verifier alone: a verdict and status 0, a refusal and status 1", needsPython, () => {
  const { altered, now } = json<Refused>("refused.json");
  const run = (bundle: string) =>
    spawnSync(python, [verifier, bundle, golden("trust.json"), golden("device.json"), "--now", String(now)]).status;
  assert.deepEqual([run(golden("bundle.cbor")), run(golden(`refused/${altered[0]?.file ?? ""}`))], [0, 1]);
});
