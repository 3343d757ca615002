import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { backUp } from "@firmament/cli/src/node/backup.ts";
import { resetFromPeers } from "@firmament/cli/src/node/reset.ts";
import { restore } from "@firmament/cli/src/node/restore.ts";
import { rotateKey } from "@firmament/cli/src/node/rotate.ts";
import { declaredValidators, readEngineKeys, supervisorOf } from "@firmament/server/engine";
import { engineSkip } from "../network/engine-skip.ts";
import { until } from "../network/support/until.ts";
import { Validators } from "./support/validators.ts";

const [ALPHA, BRAVO, CHARLIE, DELTA] = ["alpha.example", "bravo.example", "charlie.example", "delta.example"];

describe("four validators", { skip: engineSkip() }, () => {
  let v: Validators;
  let backup = "";

  before(async () => {
    v = await Validators.start(DELTA);
    backup = join(v.home.path, "backup");
  });
  after(() => v[Symbol.asyncDispose]());

  /** Works at one organisation until a height has the vote of an address; gives the height. */
  const voteOf = (address: string, from: number) =>
    until(`a vote of ${address}`, async () => {
      await v.submit(ALPHA);
      const { engineHeight = 0 } = await v.status(ALPHA);
      for (let height = from; height < engineHeight; height++)
        if ((await v.votersAt(ALPHA, height)).includes(address)) return height;
      return undefined;
    });

  const inStep = (organisation: string) =>
    until(`${organisation} to be in step`, async () => {
      const [own, other] = await Promise.all([v.status(organisation), v.status(ALPHA)]);
      return (own.root === other.root && own.size === other.size) || undefined;
    });

  it("backs up a running node", async () => {
    await v.submit(ALPHA);
    await inStep(DELTA);
    const { files } = await backUp(v.home, DELTA, { content: false, out: backup });
    assert.ok(files.some(({ path }) => path === "organisation/node/replica.sqlite"));
    await v.submit(DELTA);
  });

  it("gives a running validator a new consensus key, which votes from then on", async () => {
    const before = readEngineKeys(v.home.engineFolder(CHARLIE));
    const supervisor = supervisorOf(v.home.runFolder(CHARLIE), CHARLIE);
    const { isInstalled, keys } = await rotateKey(v.session, CHARLIE, "validator");
    assert.ok(isInstalled);
    assert.equal(supervisorOf(v.home.runFolder(CHARLIE), CHARLIE), supervisor);
    const present = readEngineKeys(v.home.engineFolder(CHARLIE));
    assert.deepEqual([present.validator.x, present.peer], [keys.validator.x, before.peer]);
    assert.notEqual(present.validator.x, before.validator.x);
    const { engineHeight = 0 } = await v.status(ALPHA);
    await voteOf(await v.addressOf(CHARLIE), engineHeight);
    await inStep(CHARLIE);
  });

  it("gives a running validator a new peer key, by which the others take it", async () => {
    const before = readEngineKeys(v.home.engineFolder(CHARLIE));
    const { keys } = await rotateKey(v.session, CHARLIE, "peer");
    assert.notEqual(keys.peer, before.peer);
    assert.equal(readEngineKeys(v.home.engineFolder(CHARLIE)).validator.x, before.validator.x);
    await until("the new peer", async () => {
      const { peers } = (await v.call(ALPHA, "net_info")) as { peers: { node_info: { id: string } }[] };
      return peers.some(({ node_info }) => node_info.id === keys.peer) || undefined;
    });
  });

  it("gives a running validator a new consensus key while a fourth is away, and the three still decide", async () => {
    await v.stop(BRAVO);
    await v.submit(ALPHA);
    const { isInstalled } = await rotateKey(v.session, CHARLIE, "validator");
    assert.ok(isInstalled);
    await v.submit(ALPHA);
    await v.start(BRAVO);
    await inStep(BRAVO);
  });

  it("keeps the old consensus key for the block that still needs it, even where the engine is started again before", async () => {
    await v.stop(BRAVO);
    const { validator } = readEngineKeys(v.home.engineFolder(CHARLIE));
    const rotating = rotateKey(v.session, CHARLIE, "validator");
    const file = v.home.applicationFile(CHARLIE);
    const isKnown = () => declaredValidators(file).members.every(({ key }) => key !== validator.x) || undefined;
    await until("the block that names the new key", isKnown);
    process.kill(Number(readFileSync(join(v.home.runFolder(CHARLIE), "engine.pid"), "utf8")), "SIGKILL");
    const { isInstalled } = await rotating;
    assert.ok(isInstalled);
    await v.submit(ALPHA);
    await v.start(BRAVO);
    await inStep(BRAVO);
  });

  it("restores a lost node, which votes at no height that it may have voted at, and then again", async () => {
    const address = await v.addressOf(DELTA);
    await v.stop(DELTA);
    const { engineHeight: lost = 0 } = await v.status(ALPHA);
    await rm(v.home.organisation(DELTA), { recursive: true });
    await v.submit(ALPHA);
    const { guard = 0, isKeyOld } = await restore(v.home, DELTA, { from: backup });
    assert.ok(guard > lost);
    assert.equal(isKeyOld, false);
    await v.start(DELTA, true);
    await inStep(DELTA);
    const first = await voteOf(address, lost + 2);
    assert.ok(first > guard, `it voted at ${first}, guarded up to ${guard}`);
    const log = readFileSync(join(v.home.logFolder, `engine-${DELTA}.log`), "utf8");
    assert.match(log, /height regression|round regression/);
    await inStep(DELTA);
  });

  it("brings a node back from the others when its own copy is of no use", async () => {
    await v.stop(BRAVO);
    const state = join(v.home.engineFolder(BRAVO), "data", "priv_validator_state.json");
    const memory = readFileSync(state, "utf8");
    const removed = await resetFromPeers(v.home, BRAVO);
    assert.ok(removed.length >= 4 && removed.every((path) => !existsSync(path)));
    assert.equal(readFileSync(state, "utf8"), memory);
    await v.start(BRAVO);
    await inStep(BRAVO);
    await v.submit(BRAVO);
  });
});
