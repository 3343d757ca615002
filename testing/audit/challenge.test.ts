import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { utf8 } from "@firmament/core/bytes";
import { decodeConsistency, openVouched, verifyConsistency, verifyEntryProof } from "@firmament/core/challenge";
import { parseCheckpoint, parseNote } from "@firmament/core/log";
import { decodeTrustRoot, type TrustDocument } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { Consortium } from "@firmament/testing/kit";
import { firmament, type Run } from "../e2e/program.ts";
import { forkAt } from "./support/fork.ts";
import { HomeFiles } from "./support/home.ts";
import { fullHistory } from "./support/sample.ts";

const coded = (code: string | RegExp) => ({ name: "Refusal", code });
const codeOf = (run: Run): string => (JSON.parse(run.stderr) as { code: string }).code;

describe("an outsider's challenges", () => {
  let c: Consortium;
  let folder = "";
  let trust: TrustDocument;
  let old = "";
  let home: HomeFiles;

  const log = (...words: readonly string[]) =>
    firmament(["log", ...words, "--home", home.path, "--as", "delta.example/admin"]);
  const check = (path: string, ...words: readonly string[]) =>
    firmament(["log", "check", path, "--trust", join(home.path, "genesis.json"), ...words, "--json"]);

  async function answer(...words: readonly string[]): Promise<string> {
    const run = await log(...words);
    assert.equal(run.code, 0, run.stderr);
    return run.stdout;
  }

  async function kept(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "firmament-challenge-"));
    c = await Consortium.ready();
    trust = decodeTrustRoot(nodeCrypto, c.replica.genesis.trust.document).document;
    home = new HomeFiles(join(folder, "before"));
    await c.cosign();
    await home.write(c);
    old = await answer("checkpoint");
    await fullHistory(c);
    home = new HomeFiles(join(folder, "after"));
    await home.write(c);
  });

  after(async () => {
    c[Symbol.dispose]();
    await rm(folder, { force: true, recursive: true });
  });

  it("[S2-48 S2-66] are answered with files that anybody checks offline: an entry, a record, its absence, consistency", async () => {
    const entry = await kept("entry", await answer("prove", "7"));
    assert.match((await check(entry)).stdout, /"index": 7/);
    const record = await check(await kept("record", await answer("prove-state", "head", "sensor")));
    assert.match(record.stdout, /"value": "\{.*live/);
    const absent = await check(await kept("absent", await answer("prove-state", "class", "nothing")));
    assert.equal(absent.code, 0, absent.stderr);
    const { records } = JSON.parse(absent.stdout) as { records: unknown[] };
    assert.deepEqual(records, [{ key: ["class", "nothing"] }]);
    const { size } = parseCheckpoint(parseNote(utf8(old)).text);
    const consistency = await kept("consistency", await answer("consistency", String(size)));
    const from = await kept("old", old);
    const continues = await check(consistency, "--from", from);
    assert.equal(continues.code, 0, continues.stderr);
    assert.equal(codeOf(await check(consistency)), "cli/usage");
    assert.equal((await check(from)).code, 0, "a checkpoint alone");
    assert.equal(codeOf(await check(from, "--trust", join(folder, "entry"))), "codec/json");
  });

  it("are not answered with anything that is not under a cosigned checkpoint", async () => {
    for (const words of [
      ["prove", "9999"],
      ["consistency", "9999"],
      ["consistency", "1", "5"],
    ]) {
      assert.equal(codeOf(await log(...words, "--json")), "cli/unknown");
    }
    assert.equal(codeOf(await log("prove", "one", "--json")), "cli/usage");
  });

  it("show a fork with names: the proof of two histories is checked like every other file", async () => {
    const other = join(folder, "fork.sqlite");
    await forkAt(c, other, 34, [0, 1, 2]);
    const evidence = join(folder, "evidence");
    const words = ["--database", home.ledger, "--against", other, "--evidence", evidence, "--json"];
    const audit = await firmament(["log", "audit", ...words]);
    const { copies } = JSON.parse(audit.stdout) as { copies: { proofs: string[] }[] };
    const shown = await check(copies[0]?.proofs[0] ?? "none");
    assert.equal(shown.code, 0, shown.stderr);
    const { both, kind } = JSON.parse(shown.stdout) as { both: string[]; kind: string };
    assert.deepEqual([kind, both.length], ["two histories", 3]);
  });

  it("with any byte changed, the proof is refused with a code", async () => {
    const text = await answer("prove-state", "policy", "sensor");
    const bytes = utf8(text);
    verifyEntryProof(nodeCrypto, trust, bytes);
    for (let at = 0; at < bytes.length; at += 7) {
      const altered = Uint8Array.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      assert.throws(() => verifyEntryProof(nodeCrypto, trust, altered), { name: "Refusal" }, `byte ${at}`);
    }
  });

  it("under a checkpoint of too few, of another ledger, without the entry or from another size, are refused", async () => {
    const note = utf8(await answer("checkpoint"));
    assert.throws(() => openVouched(nodeCrypto, { ...trust, threshold: 4 }, note), coded("challenge/quorum"));
    const ended = trust.organisations.map((each) => ({
      ...each,
      cosigners: each.cosigners.map((cosigner) => ({ ...cosigner, until: 1 })),
    }));
    assert.throws(() => openVouched(nodeCrypto, { ...trust, organisations: ended }, note), coded("challenge/quorum"));
    const ledgers = [{ id: "other.example/main/0123456789abcdef" }];
    assert.throws(() => openVouched(nodeCrypto, { ...trust, ledgers }, note), coded("challenge/ledger"));
    const bare = utf8(`c2sp.org/tlog-proof@v1\nindex 0\n\n${new TextDecoder().decode(note)}`);
    assert.throws(() => verifyEntryProof(nodeCrypto, trust, bare), coded("challenge/form"));
    const { origin, root, size } = parseCheckpoint(parseNote(utf8(old)).text);
    const proof = utf8(await answer("consistency", String(size)));
    verifyConsistency(nodeCrypto, trust, { origin, root, size }, proof);
    assert.throws(
      () => verifyConsistency(nodeCrypto, trust, { origin, root, size: 3 }, proof),
      coded("challenge/form"),
    );
    assert.throws(
      () => verifyConsistency(nodeCrypto, trust, { origin, root: root.map((byte) => byte ^ 1), size }, proof),
      coded(/^log\/consistency-/),
    );
    for (const text of ["", "old x\n\n", "old 01\n\n", `old 1\n${"A".repeat(43)}=\n`]) {
      assert.throws(() => decodeConsistency(utf8(text)), coded("challenge/form"));
    }
  });
});
