import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fromBase64url, toBase64 } from "@firmament/core/bytes";
import {
  engineKeyFile,
  type EngineKeys,
  engineVoters,
  KeyRotation,
  makeEngineKeys,
  makeNextEngineKey,
  readEngineKeys,
  upcomingEngineKeys,
} from "@firmament/server/engine";

const member = ({ peer, validator }: Pick<EngineKeys, "peer" | "validator">) => ({
  key: validator.x,
  organisation: "alpha.example",
  peer,
});

const publicHalves = ({ peer, validator }: EngineKeys) => [peer, validator.x];

const voterOf = ({ validator }: Pick<EngineKeys, "validator">) => toBase64(fromBase64url(validator.x));

describe("an engine's next keys", () => {
  let folder = "";
  let first: EngineKeys;

  /** Of an engine whose ledger names some keys; it counts no votes, unless it is said whose. */
  const rotation = (
    named: Parameters<typeof member>[0] | undefined,
    voters: () => Promise<readonly string[]> = () => Promise.resolve([]),
  ) => new KeyRotation({ folder, member: () => (named === undefined ? undefined : member(named)), voters });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "firmament-keys-"));
    first = await makeEngineKeys(folder);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("are made once, for their owner alone, beside the present ones", async () => {
    await makeNextEngineKey(folder, "validator");
    const next = upcomingEngineKeys(folder);
    await makeNextEngineKey(folder, "validator");
    assert.deepEqual(publicHalves(upcomingEngineKeys(folder)), publicHalves(next));
    assert.notEqual(next.validator.x, first.validator.x);
    assert.equal(next.peer, first.peer);
    assert.deepEqual(publicHalves(readEngineKeys(folder)), publicHalves(first));
    assert.equal(statSync(engineKeyFile(folder, "validator", "next")).mode & 0o777, 0o600);
  });

  it("do not come into use before the ledger names them", async () => {
    const next = voterOf(upcomingEngineKeys(folder));
    for (const named of [undefined, first]) {
      const early = rotation(named, () => Promise.resolve([next]));
      assert.deepEqual([await early.isDue(), early.install()], [false, []]);
    }
    assert.deepEqual(publicHalves(readEngineKeys(folder)), publicHalves(first));
  });

  it("do not vote before the engine counts their votes, however often it is started", async () => {
    const next = { ...first, validator: upcomingEngineKeys(folder).validator };
    assert.deepEqual(rotation(next).install(), []);
    const old = rotation(next, () => Promise.resolve([voterOf(first)]));
    assert.deepEqual([await old.isDue(), old.install()], [false, []]);
    const silent = rotation(next, () => engineVoters(join(folder, "no.sock")));
    assert.deepEqual([await silent.isDue(), silent.install()], [false, []]);
    assert.deepEqual(publicHalves(readEngineKeys(folder)), publicHalves(first));
  });

  it("come into use each for itself, and then nothing waits", async () => {
    await makeNextEngineKey(folder, "peer");
    const next = upcomingEngineKeys(folder);
    let isAway = false;
    const voters = () => (isAway ? engineVoters(join(folder, "no.sock")) : Promise.resolve([voterOf(next)]));
    const validator = rotation({ ...first, validator: next.validator }, voters);
    assert.equal(await validator.isDue(), true);
    isAway = true;
    assert.deepEqual([await validator.isDue(), validator.install()], [true, ["validator"]]);
    assert.deepEqual(publicHalves(readEngineKeys(folder)), [first.peer, next.validator.x]);
    const peer = rotation(next);
    assert.deepEqual([await peer.isDue(), peer.install()], [true, ["peer"]]);
    assert.deepEqual(publicHalves(readEngineKeys(folder)), publicHalves(next));
    assert.equal(existsSync(engineKeyFile(folder, "peer", "next")), false);
    assert.deepEqual([await peer.isDue(), peer.install()], [false, []]);
  });

  it("are not installed from a file that is cut", async () => {
    const present = readEngineKeys(folder);
    writeFileSync(engineKeyFile(folder, "validator", "next"), "{");
    const cut = rotation(present);
    await assert.rejects(cut.isDue(), { code: "engine/keys", name: "Refusal" });
    assert.throws(() => cut.install(), { code: "engine/keys", name: "Refusal" });
    assert.deepEqual(publicHalves(readEngineKeys(folder)), publicHalves(present));
  });
});
