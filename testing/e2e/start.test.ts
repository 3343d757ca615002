import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createHash, createPublicKey, randomBytes, verify as verifySignature } from "node:crypto";
import { decodeBundle } from "@firmament/core/bundle";
import { firmament, type Run } from "./program.ts";

interface Result {
  readonly release: string;
  readonly bundleBytes: number;
  readonly cheats: readonly { readonly name: string; readonly code: string }[];
  readonly steps: readonly { readonly step: string; readonly details: readonly string[] }[];
}

const ACME = ["--as", "acme.example/admin"];

describe("the main job, as processes of four organisations", () => {
  let out = "";
  let run: Run;
  let result: Result;
  const image = randomBytes(2_500_000);
  const passphrase: Record<string, string> = {};

  const home = () => ["--home", join(out, "consortium")];
  const verify = (bundle: string, ...more: readonly string[]) =>
    firmament(["verify", bundle, "--trust", join(out, "trust.json"), "--device", join(out, "device.json"), ...more]);

  before(async () => {
    out = await mkdtemp(join(tmpdir(), "firmament-start-"));
    await writeFile(join(out, "own.bin"), image);
    run = await firmament(["start", "--once", "--json", "--out", out, "--firmware", join(out, "own.bin")]);
    assert.equal(run.code, 0, run.stderr);
    result = JSON.parse(run.stdout) as Result;
    passphrase["FIRMAMENT_PASSPHRASE_FILE"] = join(out, "consortium", "passphrase");
  });

  after(() => rm(out, { force: true, recursive: true }));

  it("[S4-1 S4-4 S4-26 S4-35 S1-2] an image goes from its author through agents, stores and ledger to a confirmed device", async () => {
    const last = result.steps.find(({ step }) => step.includes("boots on trial and confirms"));
    assert.ok(last?.details.some((line) => line.includes("confirmed")));
    const status = await firmament(["device", "status", join(out, "device"), "--json"], passphrase);
    assert.equal(status.code, 0, status.stderr);
    const { components } = JSON.parse(status.stdout) as { components: { image: { size: number; version: string } }[] };
    assert.deepEqual(
      components.map((each) => [each.image.size, each.image.version]),
      [[image.length, "1.0.0"]],
    );
  });

  it("[S0-2 S0-10 S0-23] every attempt to cheat is refused by its own code", () => {
    assert.deepEqual(
      result.cheats.map((each) => each.code),
      ["bundle/entry-not-last", "bundle/cosignatures-few", result.cheats[2]?.code, "offer/revoked"],
    );
    assert.ok(result.cheats.every((each) => each.code !== "ACCEPTED"));
  });

  it("[S0-6 S0-27 S3-20] the written bundle is accepted offline, from three files", async () => {
    const accepted = await verify(join(out, "bundle.cbor"), "--json");
    assert.equal(accepted.code, 0, accepted.stderr);
    const { decision } = JSON.parse(accepted.stdout) as { decision: { action: string; release: string } };
    assert.deepEqual([decision.action, decision.release], ["install", result.release]);
  });

  it("[S3-8] the image's digest is signed with a key from an encrypted store, whose public half the device holds", async () => {
    const key = await firmament(
      ["org", "key", "manifest", "--as", "acme.example/author", ...home(), "--json"],
      passphrase,
    );
    assert.equal(key.code, 0, key.stderr);
    const { key: author } = JSON.parse(key.stdout) as { key: { kty: string; x: string } };
    const device = JSON.parse(await readFile(join(out, "device.json"), "utf8")) as { authors: unknown[] };
    assert.deepEqual(device.authors, [author]);
    const stored = await readFile(join(out, "consortium", "acme.example", "keys", "author.jwe"), "utf8");
    const [header = ""] = stored.split(".");
    assert.match(Buffer.from(header, "base64url").toString(), /"alg":"PBES2-HS512\+A256KW"/);
    assert.ok(!stored.includes(author.x));
    const { releases } = decodeBundle(await readFile(join(out, "bundle.cbor"))).classPart;
    const [release] = releases;
    assert.ok(release);
    const publicKey = createPublicKey({ key: { crv: "Ed25519", kty: author.kty, x: author.x }, format: "jwk" });
    const digest = createHash("sha384").update(image).digest("hex");
    assert.ok(
      verifySignature(null, Buffer.from(`firmament-payload/v1\n${digest}\n`), publicKey, release.payloadSignature),
    );
  });

  it("an altered bundle is refused with a code, the value and a remedy", async () => {
    const bytes = await readFile(join(out, "bundle.cbor"));
    bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 4;
    await writeFile(join(out, "altered.cbor"), bytes);
    const refused = await verify(join(out, "altered.cbor"), "--json");
    assert.equal(refused.code, 3);
    assert.match((JSON.parse(refused.stderr) as { code: string }).code, /^[a-z]+\/[a-z-]+$/);
  });

  it("a bundle that has become old is refused", async () => {
    const stale = await verify(
      join(out, "bundle.cbor"),
      "--json",
      "--at",
      String(Math.floor(Date.now() / 1000) + 90_000),
    );
    assert.equal((JSON.parse(stale.stderr) as { code: string }).code, "bundle/entry-stale");
  });

  it("[S0-4 S4-11] what happened can be read from an organisation's own replica afterwards", async () => {
    const shown = await firmament(["release", "show", result.release, ...ACME, ...home(), "--json"]);
    assert.equal(shown.code, 0, shown.stderr);
    const release = JSON.parse(shown.stdout) as {
      state: string;
      reason: string;
      approvals: { organisation: string }[];
    };
    assert.deepEqual([release.state, release.reason], ["REVOKED", "an example of a recall"]);
    assert.deepEqual(release.approvals.map((each) => each.organisation).sort(), ["charlie.example", "delta.example"]);
  });

  it("what is not on the ledger is said to be unknown", async () => {
    for (const words of [
      ["release", "show", "nothing"],
      ["class", "show", "nothing"],
      ["log", "prove", "9999"],
    ]) {
      const unknown = await firmament([...words, ...ACME, ...home(), "--json"]);
      assert.equal(unknown.code, 3);
      assert.equal((JSON.parse(unknown.stderr) as { code: string }).code, "cli/unknown");
    }
  });

  it("the ledger and every node's replica that the processes left are sound", async () => {
    const audited = await firmament(["log", "audit", ...home(), "--json"]);
    assert.equal(audited.code, 0, audited.stdout);
    const { copies } = JSON.parse(audited.stdout) as { copies: { found: number; size: number }[] };
    assert.deepEqual([copies.length, copies.every(({ found, size }) => found === 0 && size > 20)], [5, true]);
  });

  it("[S2-43] an entry is proven in the log under a cosigned checkpoint", async () => {
    const proven = await firmament(["log", "prove", "0", ...ACME, ...home(), "--json"]);
    assert.equal(proven.code, 0, proven.stderr);
    assert.match(
      (JSON.parse(proven.stdout) as { proof: string }).proof,
      /^c2sp\.org\/tlog-proof@v1\nextra \S+\nindex 0\n/,
    );
  });
});

describe("the command line", () => {
  it("explains itself with examples, and wrong usage has an exit code of its own", async () => {
    const help = await firmament(["release", "publish", "--help"]);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /Examples:\n {2}\$ firmament release publish/);
    assert.equal((await firmament(["release", "publish"])).code, 2);
    const one = await firmament(["init", "--organisations", "acme.example", "--json"]);
    assert.deepEqual([one.code, (JSON.parse(one.stderr) as { code: string }).code], [2, "cli/usage"]);
  });

  it("takes the version of a release for the release's, not for a question about its own", async () => {
    const words = [
      "release",
      "publish",
      "x.bin",
      "--class",
      "sensor",
      "--version",
      "1.0.1",
      "--as",
      "acme.example/author",
    ];
    const run = await firmament([...words, "--home", join(tmpdir(), "no-such-home"), "--json"]);
    assert.deepEqual([run.code, (JSON.parse(run.stderr) as { code: string }).code], [3, "home/missing"]);
  });

  it("names value, rule and remedy of what it refuses", async () => {
    const missing = await firmament(["class", "show", "sensor", ...ACME, "--home", join(tmpdir(), "no-such-home")]);
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /refused: home\/missing\n.*genesis\.json.*no-such-home.*\n.*firmament init/s);
  });
});
