import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { assertVersion, compareVersions, type VersionScheme } from "@firmament/core/manifest";
import { assertRefuses } from "./support/refusals.ts";

const sign = (scheme: VersionScheme, a: string, b: string): number => Math.sign(compareVersions(scheme, a, b));

function assertRises(scheme: VersionScheme, versions: readonly string[]): void {
  for (const [i, low] of versions.entries()) {
    assert.equal(sign(scheme, low, low), 0, low);
    for (const high of versions.slice(i + 1)) {
      assert.equal(sign(scheme, low, high), -1, `${low} < ${high}`);
      assert.equal(sign(scheme, high, low), 1, `${high} > ${low}`);
    }
  }
}

test("9 is below 10 in both schemes: versions are never compared as text", () => {
  assert.equal(sign("integer", "9", "10"), -1);
  assert.equal(sign("semver", "9.0.0", "10.0.0"), -1);
  assert.equal(sign("semver", "1.9.0", "1.10.0"), -1);
  assert.equal(sign("semver", "1.0.9", "1.0.10"), -1);
});

test("the precedence examples of SemVer 2.0.0, section 11", () => {
  assertRises("semver", ["1.0.0", "2.0.0", "2.1.0", "2.1.1"]);
  assertRises("semver", [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
  ]);
});

test("identifiers: numbers by value and below words, words by ASCII, fewer below more", () => {
  assertRises("semver", ["1.0.0-2", "1.0.0-10", "1.0.0-A", "1.0.0-B", "1.0.0-a", "1.0.0-a.0", "1.0.0-a0", "1.0.0-b"]);
  assertRises("semver", ["1.0.0--1", "1.0.0-0a"]);
  assertRises("semver", ["1.0.0-0", "1.0.0-1.0", "1.0.0--"]);
});

test("build metadata does not count", () => {
  assert.equal(sign("semver", "1.0.0+b", "1.0.0+a.001"), 0);
  assert.equal(sign("semver", "1.0.0-rc.1+b", "1.0.0-rc.1"), 0);
  assert.equal(sign("semver", "1.0.0+20130313144700", "1.0.1"), -1);
});

test("what is no SemVer 2.0.0 version is refused", () => {
  const wrong = [
    "",
    "1",
    "1.0",
    "1.0.0.0",
    "v1.0.0",
    "01.0.0",
    "1.00.0",
    "1.0.0-",
    "1.0.0-01",
    "1.0.0-a..b",
    "1.0.0+",
    "1.0.0+a..b",
    "1.0.0-\u00e4",
    " 1.0.0",
    "1.0.0\n",
    "-1.0.0",
    "1.0.0-a+b+c",
    `1.0.0-${"a".repeat(60)}`,
    "1000000000000000.0.0",
    "1.0.0-1000000000000000",
  ];
  for (const version of wrong) assertRefuses("manifest/version", () => assertVersion("semver", version), version);
});

test("what is no integer of at most 15 digits is refused", () => {
  for (const version of ["0", "7", "999999999999999"]) assertVersion("integer", version);
  const wrong = ["", "01", "+1", "-1", "1.0", "1.0.0", "1e3", "0x10", " 1", "1\n", "1000000000000000", "\u0661"];
  for (const version of wrong) assertRefuses("manifest/version", () => assertVersion("integer", version), version);
});

test("the order of versions is total", () => {
  const number = fc.integer({ min: 0, max: 12 }).map(String);
  const identifier = fc.oneof(number, fc.constantFrom("a", "b", "a1", "1a", "-", "rc"));
  const version = fc
    .tuple(number, number, number, fc.array(identifier, { maxLength: 3 }))
    .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre.length > 0 ? `-${pre.join(".")}` : ""}`);
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      assert.equal(sign("semver", a, b) + sign("semver", b, a), 0);
      assert.equal(sign("semver", a, b) === 0, a === b);
      if (sign("semver", a, b) < 0 && sign("semver", b, c) < 0) assert.equal(sign("semver", a, c), -1);
    }),
  );
});
