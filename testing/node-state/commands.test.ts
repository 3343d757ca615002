import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { firmament } from "../e2e/program.ts";
import { NodeHome } from "./support/node-home.ts";

const STORES = [
  "ledger/ledger.sqlite",
  "engine/data/cs.wal/wal",
  "engine/data/blockstore.db/1",
  "engine/data/state.db/1",
];
const KEPT = ["engine/config/priv_validator_key.json", "engine/data/priv_validator_state.json", "node/replica.sqlite"];

describe("firmament node", () => {
  let node: NodeHome;
  const run = (verb: string, ...words: readonly string[]) =>
    firmament(["node", verb, "--home", node.home.path, "--organisation", node.name, ...words]);

  before(async () => {
    node = await NodeHome.make({ nodes: true });
    for (const name of STORES) node.write(name, "a store");
  });
  after(() => node[Symbol.asyncDispose]());

  it("reset-from-peers says first what it would remove", async () => {
    const { code, stdout } = await run("reset-from-peers");
    assert.equal(code, 3);
    assert.match(stdout, /would remove .*blockstore\.db\n/);
    assert.ok([...STORES, ...KEPT].every((name) => existsSync(node.path(name))));
  });

  it("reset-from-peers keeps keys, votes and the node's own replica", async () => {
    assert.equal((await run("reset-from-peers", "--yes")).code, 0);
    assert.deepEqual(
      [...STORES, ...KEPT].filter((name) => existsSync(node.path(name))),
      KEPT,
    );
  });

  it("backup names the keys that it does not encrypt; restore shouts what rests on the operator's word", async () => {
    const out = join(node.folder, "backup");
    const backup = await run("backup", "--out", out);
    assert.match(backup.stdout, /NOT ENCRYPTED.*priv_validator_key\.json/);
    node.lose();
    const wrong = await run("restore", "--from", out, "--stopped-at", "-1");
    assert.deepEqual([wrong.code, existsSync(node.path(""))], [2, false]);
    const restored = await run("restore", "--from", out, "--stopped-at", "12");
    assert.equal(restored.code, 0, restored.stderr);
    assert.match(restored.stdout, /NEVER VOTED ABOVE HEIGHT 12\. IF IT DID, IT VOTES TWICE/);
  });
});
