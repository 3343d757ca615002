import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Refusal } from "@firmament/core/errors";
import {
  engineKeyFile,
  type EngineKeys,
  installNextKeys,
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

describe("an engine's next keys", () => {
  let folder = "";
  let first: EngineKeys;

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

  it("do not come into use before the ledger names them", () => {
    assert.deepEqual(installNextKeys(folder, undefined), []);
    assert.deepEqual(installNextKeys(folder, member(first)), []);
    assert.deepEqual(publicHalves(readEngineKeys(folder)), publicHalves(first));
  });

  it("come into use each for itself, and then nothing waits", async () => {
    await makeNextEngineKey(folder, "peer");
    const next = upcomingEngineKeys(folder);
    assert.deepEqual(installNextKeys(folder, member({ ...first, validator: next.validator })), ["validator"]);
    assert.deepEqual(publicHalves(readEngineKeys(folder)), [first.peer, next.validator.x]);
    assert.deepEqual(installNextKeys(folder, member(next)), ["peer"]);
    assert.deepEqual(publicHalves(readEngineKeys(folder)), publicHalves(next));
    assert.equal(existsSync(engineKeyFile(folder, "peer", "next")), false);
    assert.deepEqual(installNextKeys(folder, member(next)), []);
  });

  it("are not installed from a file that is cut", () => {
    const present = readEngineKeys(folder);
    writeFileSync(engineKeyFile(folder, "validator", "next"), "{");
    assert.throws(
      () => installNextKeys(folder, member(present)),
      (cause: unknown) => cause instanceof Refusal && cause.code === "engine/keys",
    );
    assert.deepEqual(publicHalves(readEngineKeys(folder)), publicHalves(present));
  });
});
