import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { backUp } from "@firmament/cli/src/node/backup.ts";
import { decodeManifest, encodeManifest } from "@firmament/cli/src/node/manifest.ts";
import { restore } from "@firmament/cli/src/node/restore.ts";
import { Refusal } from "@firmament/core/errors";
import { answersNeeded, readEngineKeys } from "@firmament/server/engine";
import { Home } from "@firmament/server/home";
import { NodeHome } from "./support/node-home.ts";

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;

/** A home whose backup was taken, and which was lost then. */
async function lost(): Promise<NodeHome & { readonly from: string }> {
  const node = await NodeHome.make({ nodes: true });
  const from = join(node.folder, "backup");
  await backUp(node.home, node.name, { content: false, out: from });
  node.lose();
  return Object.assign(node, { from });
}

const restored = ({ from, home, name }: NodeHome & { readonly from: string }, stoppedAt?: number) =>
  restore(home, name, { from, stoppedAt });

const guardIn = (node: NodeHome): unknown =>
  JSON.parse(readFileSync(node.path("engine/data/priv_validator_state.json"), "utf8"));

const nothingIn = (node: NodeHome): boolean =>
  !existsSync(node.path("")) && !existsSync(join(node.home.path, `.restoring-${node.name}`));

describe("the answers that tell what a lost validator voted", () => {
  it("always hold one of an honest validator that precommitted the last height it saw decided", () => {
    for (let n = 4; n <= 64; n++) {
      const liars = Math.floor((n - 1) / 3);
      const precommits = Math.floor((2 * n) / 3) + 1;
      const honestOthers = precommits - 1 - liars;
      assert.equal(answersNeeded(n), n - 1 - honestOthers + 1);
      assert.ok(answersNeeded(n) <= n - 1);
    }
  });
});

describe("restore", () => {
  it("keeps the engine from every height that it may have voted at", async () => {
    await using node = await lost();
    for (const [member, height] of [
      [0, 40],
      [1, 42],
      [2, 41],
    ] as const)
      await node.front(member, height);
    const { guard } = await restored(node);
    assert.equal(guard, 44);
    assert.deepEqual(guardIn(node), { height: "44", round: 2 ** 31 - 1, step: 3 });
    assert.equal(existsSync(node.home.applicationFile(node.name)), false);
    assert.equal(existsSync(node.home.cosignedFile(node.name)), false);
    assert.equal(readFileSync(node.path("keys/node.jwe"), "utf8"), "an encrypted key");
  });

  it("does not go on with fewer answers than tell the truth, and leaves nothing", async () => {
    await using node = await lost();
    await node.front(0, 40);
    await node.front(1, 42);
    await assert.rejects(restored(node), coded("restore/peers"));
    await node.front(2, 41, "example.org/other/0123456789abcdef");
    await assert.rejects(restored(node), coded("restore/peers"));
    assert.ok(nothingIn(node));
  });

  it("does not go on where the answers are far apart: one is not in step, or lies", async () => {
    await using node = await lost();
    for (const [member, height] of [
      [0, 40],
      [1, 42],
      [2, 9_000_000],
    ] as const)
      await node.front(member, height);
    await assert.rejects(restored(node), coded("restore/peers"));
    assert.ok(nothingIn(node));
  });

  it("asks nobody where the operator gives his word", async () => {
    await using node = await lost();
    const { guard, lastVote } = await restored(node, 1000);
    assert.deepEqual([guard, lastVote], [1000, undefined]);
    assert.deepEqual(guardIn(node), { height: "1000", round: 2 ** 31 - 1, step: 3 });
  });

  it("says where the ledger has another consensus key by now than the backup", async () => {
    await using node = await NodeHome.make({ nodes: true });
    await node.declare(readEngineKeys(node.home.engineFolder(node.name)));
    const out = join(node.folder, "backup");
    await backUp(node.home, node.name, { content: false, out });
    node.lose();
    for (const member of [0, 1, 2]) await node.front(member, 9);
    assert.equal((await restore(node.home, node.name, { from: out })).isKeyOld, false);
    node.lose();
    await using elsewhere = await NodeHome.make({ nodes: true });
    await node.declare(readEngineKeys(elsewhere.home.engineFolder(elsewhere.name)));
    for (const member of [0, 1, 2]) await node.front(member, 9);
    assert.equal((await restore(node.home, node.name, { from: out })).isKeyOld, true);
  });

  it("takes no backup that was altered", async () => {
    await using node = await lost();
    writeFileSync(join(node.from, "organisation", "keys", "node.jwe"), "another key.....");
    await assert.rejects(restored(node, 9), coded("backup/damaged"));
    assert.ok(nothingIn(node));
  });

  it("takes no manifest that leads out of its folder", async () => {
    await using node = await lost();
    const path = join(node.from, "manifest.json");
    writeFileSync(path, readFileSync(path, "utf8").replace("organisation/keys/node.jwe", "organisation/../../../node"));
    await assert.rejects(restored(node, 9), coded("backup/damaged"));
  });

  it("takes no memory of cosignatures or votes from a backup, though its manifest names it", async () => {
    for (const memory of ["cosigned/last.json", "engine/data/priv_validator_state.json", "ledger/ledger.sqlite"]) {
      await using node = await lost();
      mkdirSync(dirname(join(node.from, "organisation", memory)), { recursive: true });
      writeFileSync(join(node.from, "organisation", memory), "{}");
      const path = join(node.from, "manifest.json");
      const manifest = decodeManifest(readFileSync(path));
      const sha256 = createHash("sha256").update("{}").digest("base64url");
      const files = [...manifest.files, { path: `organisation/${memory}`, sha256, size: 2 }];
      files.sort((a, b) => (a.path < b.path ? -1 : 1));
      writeFileSync(path, encodeManifest({ ...manifest, files }));
      await assert.rejects(restored(node, 9), coded("backup/damaged"), memory);
      assert.ok(nothingIn(node));
    }
  });

  it("overwrites nothing", async () => {
    await using node = await lost();
    node.write("keys/node.jwe", "a newer key");
    await assert.rejects(restored(node, 9), coded("restore/place"));
    assert.equal(readFileSync(node.path("keys/node.jwe"), "utf8"), "a newer key");
  });

  it("is for its own organisation and ledger", async () => {
    await using node = await lost();
    await assert.rejects(
      restore(node.home, "alpha.example", { from: node.from, stoppedAt: 9 }),
      coded("restore/other"),
    );
    await using other = await NodeHome.make({ nodes: true });
    other.lose();
    await assert.rejects(restore(other.home, node.name, { from: node.from, stoppedAt: 9 }), coded("restore/other"));
    assert.ok(nothingIn(other));
  });

  it("brings genesis and addresses to a new machine", async () => {
    await using node = await lost();
    const home = new Home(join(node.folder, "new machine"));
    await restore(home, node.name, { from: node.from, stoppedAt: 9 });
    assert.deepEqual(await home.genesis(), node.consortium.genesisFile);
    assert.equal((await home.network()).nodes.length, 4);
  });

  it("waits until nothing of the node runs, here or where its front answers", async () => {
    await using node = await lost();
    for (const member of [0, 1, 2, 3]) await node.front(member, 9);
    await assert.rejects(restored(node), coded("node/running"));
    const words = ["-e", "setInterval(() => undefined, 1000)", "validator", node.home.path, node.name];
    const running = spawn(process.execPath, words, { stdio: "ignore" });
    await once(running, "spawn");
    try {
      await assert.rejects(restored(node, 9), coded("node/running"));
    } finally {
      running.kill("SIGKILL");
      await once(running, "exit");
    }
    await restored(node, 9);
  });
});
