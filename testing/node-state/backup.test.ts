import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { backUp } from "@firmament/cli/src/node/backup.ts";
import { Refusal } from "@firmament/core/errors";
import { rootAt } from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { logNodes, Replica } from "@firmament/replica";
import { newSigner } from "@firmament/testing/kit";
import { history } from "../witness/fakes.ts";
import { NodeHome } from "./support/node-home.ts";

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;

const names = ({ files }: { readonly files: readonly { readonly path: string }[] }) => files.map(({ path }) => path);

const KEPT = [
  "genesis.json",
  "network.json",
  "organisation/engine/config/node_key.json",
  "organisation/engine/config/priv_validator_key.json",
  "organisation/keys/node.jwe",
  "organisation/node/replica.sqlite",
];

describe("backup", () => {
  it("holds keys and replica, and no memory of votes or cosignatures, for its owner alone", async () => {
    await using node = await NodeHome.make({ nodes: true });
    const out = join(node.folder, "backups", "1");
    assert.deepEqual(names(await backUp(node.home, node.name, { content: false, out })), KEPT);
    const entries = readdirSync(out, { recursive: true, withFileTypes: true });
    const paths = [out, ...entries.map((each) => join(each.parentPath, each.name))];
    assert.ok(paths.every((path) => (statSync(path).mode & 0o077) === 0));
    assert.equal(entries.filter((each) => each.isFile()).length, KEPT.length + 1);
  });

  it("holds stored images where it is asked to, and no half ones", async () => {
    await using node = await NodeHome.make({ nodes: false });
    const found = names(await backUp(node.home, node.name, { content: true, out: join(node.folder, "backup") }));
    assert.deepEqual(
      found.filter((path) => path.includes("/content/")),
      ["organisation/content/content/bafkreia"],
    );
    assert.equal(
      found.some((path) => path.includes("engine")),
      false,
    );
  });

  it("goes into no folder that others may read, or that holds something", async () => {
    await using node = await NodeHome.make({ nodes: false });
    const out = join(node.folder, "open");
    mkdirSync(out);
    chmodSync(out, 0o750);
    await assert.rejects(backUp(node.home, node.name, { content: false, out }), coded("backup/place"));
    assert.equal(readdirSync(out).length, 0);
    await assert.rejects(backUp(node.home, node.name, { content: false, out: node.home.path }), coded("backup/place"));
    await assert.rejects(
      backUp(node.home, "nobody.example", { content: false, out: join(node.folder, "none") }),
      coded("home/organisation"),
    );
    assert.equal(existsSync(join(node.folder, "none")), false);
  });

  it("has the replica as it was after one of its blocks, while more of them come", async () => {
    await using node = await NodeHome.make({ nodes: false });
    const { consortium: c, home, name } = node;
    const known = c.size;
    for (let i = 0; i < 20; i++)
      await c.submit(c.member(0).admin, "identity.enrol", { key: (await newSigner()).key, roles: ["auditor"] });
    const out = join(node.folder, "backup");
    using running = Replica.open(home.replicaFile(name), nodeCrypto, c.genesisFile);
    const taken = backUp(home, name, { content: false, out });
    for (const block of history(c).slice(running.status.height)) {
      running.apply(block);
      await turn();
    }
    await taken;
    using copy = Replica.open(join(out, "organisation", "node", "replica.sqlite"), nodeCrypto, c.genesisFile);
    const { root, size } = copy.status;
    assert.ok(size >= known && size <= c.size);
    assert.deepEqual(root, rootAt(nodeCrypto, logNodes(c.replica.database), size));
  });
});
