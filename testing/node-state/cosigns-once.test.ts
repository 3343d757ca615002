import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type Announcement, Witness } from "@firmament/agents/witness";
import { backUp } from "@firmament/cli/src/node/backup.ts";
import { restore } from "@firmament/cli/src/node/restore.ts";
import { Refusal } from "@firmament/core/errors";
import { nodeCrypto } from "@firmament/crypto";
import { type Block, Replica } from "@firmament/replica";
import { CosignedFile } from "@firmament/server/cosigned-file";
import { FakeLedger } from "../witness/fake-ledger.ts";
import { FakePeers, runUntil, until, witnessOf } from "../witness/fakes.ts";
import { twoHistories } from "../witness/forks.ts";
import { NodeHome } from "./support/node-home.ts";

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;

interface Case {
  readonly node: NodeHome;
  /** What the node cosigned after its backup. */
  readonly cosigned: Announcement;
  /** Another history than that one. */
  readonly other: readonly Block[];
}

/** A node that was backed up, cosigned one history further, was lost, and is restored. */
async function restoredNode(): Promise<Case> {
  const node = await NodeHome.make({ nodes: false });
  const { consortium: c, folder, home, name } = node;
  const out = join(folder, "backup");
  await backUp(home, name, { content: false, out });
  const [history, other] = await twoHistories(c);
  using before = witnessOf(c, history);
  await runUntil(before, () => before.peers.told.length > 0);
  const [cosigned] = before.peers.told;
  assert.ok(cosigned);
  node.lose();
  await restore(home, name, { from: out });
  return { cosigned, node, other };
}

/** The restored node, among peers that answer so, on a ledger that shows these blocks. */
function witnessIn({ consortium: c, home, name }: NodeHome, blocks: readonly Block[], answers: FakePeers["answers"]) {
  const { cosigner, node } = c.member(3);
  const peers = new FakePeers();
  peers.answers = answers;
  assert.equal(existsSync(home.cosignedFile(name)), false);
  const memory = CosignedFile.open(home.cosignedFile(name));
  const replica = Replica.open(home.replicaFile(name), nodeCrypto, c.genesisFile);
  const content = { mac: () => Promise.reject(new Error("none")), obtain: () => Promise.reject(new Error("none")) };
  const identity = { cosigner, node, organisation: name };
  const ledger = new FakeLedger(c.ledger, blocks);
  const witness = new Witness({ clock: () => c.now, content, identity, ledger, memory, peers, replica });
  return { memory, peers, replica, witness };
}

describe("a node that was restored from a backup", () => {
  it("cosigns no other history than the one that the others remember of it", async () => {
    const { cosigned, node, other } = await restoredNode();
    await using _ = node;
    const { memory, peers, replica, witness } = witnessIn(node, other, [[cosigned], []]);
    using __ = replica;
    await assert.rejects(witness.run(new AbortController().signal), coded("witness/two-histories"));
    assert.deepEqual([peers.told, memory.last?.size], [[], cosigned.size]);
  });

  it("cosigns nothing while the others do not answer", async () => {
    const { node, other } = await restoredNode();
    await using _ = node;
    const { peers, replica, witness } = witnessIn(node, other, []);
    using __ = replica;
    const stop = new AbortController();
    const running = witness.run(stop.signal);
    await until(() => replica.status.height === other.length);
    await assert.rejects(witness.cosigner.cosign(), coded("witness/recalling"));
    stop.abort();
    await running;
    assert.deepEqual(peers.told, []);
  });
});
