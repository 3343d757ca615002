import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { type CosignedMemory, Cosigner } from "@firmament/agents/witness";
import { Refusal } from "@firmament/core/errors";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, Replica } from "@firmament/replica";
import { Consortium, DAY, newSigner } from "@firmament/testing/kit";
import { CosignedFile } from "@firmament/server/cosigned-file";
import { FakeMemory } from "./fakes.ts";

const coded = (code: string) => (cause: unknown) => cause instanceof Refusal && cause.code === code;

function cosignerOf(
  c: Consortium,
  clock = () => c.now,
  replica = c.replica,
  memory: CosignedMemory = new FakeMemory(),
): Cosigner {
  const { cosigner, name, node } = c.member(2);
  const found = new Cosigner(replica, { cosigner, node, organisation: name }, memory, clock);
  found.recalled();
  return found;
}

describe("an organisation's cosigner", () => {
  it("cosigns what its replica computed, once for each size", async () => {
    using c = await Consortium.ready();
    const cosigner = cosignerOf(c);
    const first = await cosigner.cosign();
    assert.equal(first?.size, c.size);
    assert.equal(await cosigner.cosign(), undefined);
    assert.deepEqual(
      cosigner.kept.at(c.size).map((each) => each.organisation),
      [c.member(2).name],
    );
  });

  it("withholds its cosignature from a block that is ahead of its clock", async () => {
    using c = await Consortium.ready();
    await assert.rejects(cosignerOf(c, () => c.now - 61).cosign(), coded("witness/clock"));
    assert.ok(await cosignerOf(c, () => c.now - 60).cosign());
  });

  it("withholds it from a backdated block that it saw being made, not from an old one", async () => {
    using c = await Consortium.ready();
    await assert.rejects(cosignerOf(c, () => c.now + 61).cosign(c.now + 61), coded("witness/clock"));
    assert.ok(await cosignerOf(c, () => c.now + 61).cosign());
  });

  it("never cosigns when the last entry is older than half the freshness limit", async () => {
    using c = await Consortium.ready();
    await assert.rejects(cosignerOf(c, () => c.now + DAY / 2 + 1).cosign(), coded("witness/stale"));
    assert.ok(await cosignerOf(c, () => c.now + DAY / 2).cosign());
  });

  it("cosigns with a delegated key only", async () => {
    using c = await Consortium.ready();
    const { name, node } = c.member(2);
    const stranger = new Cosigner(
      c.replica,
      { cosigner: await newSigner(), node, organisation: name },
      new FakeMemory(),
      () => c.now,
    );
    stranger.recalled();
    await assert.rejects(stranger.cosign(), coded("witness/not-cosigner"));
  });

  it("never cosigns two roots for one size, whatever history it is shown", async () => {
    using c = await Consortium.ready();
    using other = Replica.open(":memory:", nodeCrypto, c.genesisFile);
    for (const block of blocksFrom(c.replica.database, 1, 1000)) other.apply(block);
    const memory = new FakeMemory();
    await cosignerOf(c, undefined, undefined, memory).cosign();
    const before = c.size;
    await c.submit(c.member(0).admin, "identity.enrol", { key: (await newSigner()).key, roles: ["auditor"] });
    await cosignerOf(c, undefined, undefined, memory).cosign();
    // The other history is as long, with another last entry; its witness remembers what it cosigned in this one.
    const fold = other.begin(c.now);
    fold.execute(
      await c.transaction(c.member(1).admin, "identity.enrol", { key: (await newSigner()).key, roles: ["auditor"] }),
    );
    other.commit();
    assert.equal(other.status.size, before + 1);
    await assert.rejects(cosignerOf(c, undefined, other, memory).cosign(), coded("witness/two-histories"));
  });

  it("what it cosigned survives a restart", async () => {
    using c = await Consortium.ready();
    const folder = await mkdtemp(join(tmpdir(), "firmament-cosigner-"));
    const file = join(folder, "replica.sqlite");
    const remembered = () => CosignedFile.open(join(folder, "cosigned", "last.json"));
    {
      using replica = Replica.open(file, nodeCrypto, c.genesisFile);
      for (const block of blocksFrom(c.replica.database, 1, 1000)) replica.apply(block);
      assert.ok(await cosignerOf(c, undefined, replica, remembered()).cosign());
    }
    using again = Replica.open(file, nodeCrypto, c.genesisFile);
    assert.deepEqual(remembered().last, { root: again.status.root, size: again.status.size });
    assert.equal(await cosignerOf(c, undefined, again, remembered()).cosign(), undefined);
    await writeFile(join(folder, "cosigned", "last.json"), '{"root":');
    assert.throws(remembered, coded("home/cosigned"));
    await rm(folder, { force: true, recursive: true });
  });

  it("answers a clockless device's nonce over a checkpoint that it cosigned, while it is fresh", async () => {
    using c = await Consortium.ready();
    const nonce = "AAAAAAAAAAAAAAAAAAAAAA";
    await assert.rejects(cosignerOf(c).answerNonce(nonce), coded("witness/no-checkpoint"));
    await cosignerOf(c).cosign();
    assert.equal((await cosignerOf(c).answerNonce(nonce)).size, c.size);
    const later = cosignerOf(c, () => c.now + DAY);
    await assert.rejects(later.answerNonce(nonce), coded("witness/stale"));
    const earlier = cosignerOf(c, () => c.now - 61);
    await assert.rejects(earlier.answerNonce(nonce), coded("witness/clock"));
  });
});
