import assert from "node:assert/strict";
import { createPublicKey, hash, randomBytes, verify } from "node:crypto";
import { test } from "node:test";
import { fromBase64url, fromUtf8, toHex, utf8 } from "@firmament/core/bytes";
import { assertConsistency, consistencyProof, decodeEntry, rootAt } from "@firmament/core/log";
import { decodeManifest } from "@firmament/core/manifest";
import { decodeTransaction, type Release, tables } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { type Block, blocksFrom, logNodes, Replica, StateView } from "@firmament/replica";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { refused } from "./support.ts";

interface Export {
  readonly genesis: Uint8Array;
  readonly blocks: readonly Block[];
}

const exported = (c: Consortium): Export => ({
  blocks: blocksFrom(c.replica.database, 0, 10_000),
  genesis: c.genesisFile,
});

function replayed({ blocks, genesis }: Export): Replica {
  const replica = Replica.open(":memory:", nodeCrypto, genesis);
  for (const block of blocks) replica.apply(block);
  return replica;
}

test("[S1-15] a third party proves authorship from exported data alone, with plain tools", async () => {
  using c = await Consortium.ready();
  const { release } = await c.publish();
  const data = exported(c);
  using third = replayed(data);
  const view = new StateView(third.database, nodeCrypto, third.status.size);
  const found = view.get(tables.release, release) ?? assert.fail("the release was exported");
  const kept = view.get(tables.manifest, found.manifestDigest) ?? assert.fail("so was its manifest");
  const author = view.get(tables.author, found.author) ?? assert.fail("and its author");
  const key = createPublicKey({ format: "jwk", key: { ...author.key } });
  const digest = hash("sha384", kept.manifest);
  assert.ok(verify(null, utf8(`firmament-manifest/v1\n${digest}\n`), key, fromBase64url(kept.signature)));
  const { payloadDigest } = JSON.parse(kept.manifest) as { payloadDigest: string };
  assert.ok(verify(null, utf8(`firmament-payload/v1\n${payloadDigest}\n`), key, fromBase64url(kept.payloadSignature)));
  const approval = data.blocks
    .flatMap(({ transactions }) => transactions)
    .find((bytes) => isApprovalOf(bytes, found.author));
  assert.ok(approval !== undefined, "the administrator who bound the key to the vendor signed for it");
  const { kid, signature, signingInput } = decodeTransaction(nodeCrypto, approval);
  const admin = view.get(tables.identity, kid) ?? assert.fail("the administrator is enrolled");
  assert.equal(admin.organisation, found.organisation);
  const adminKey = createPublicKey({ format: "jwk", key: { ...admin.key } });
  assert.ok(verify("sha256", signingInput, { dsaEncoding: "ieee-p1363", key: adminKey }, signature));
});

function isApprovalOf(bytes: Uint8Array, author: string): boolean {
  const transaction = decodeTransaction(nodeCrypto, bytes);
  return (
    transaction.type === "author.approve" &&
    hash("sha256", JSON.stringify(transaction.body.key), "base64url") === author
  );
}

test("[S1-16] records are made in an authorised manner and never changed: what they say of a release stays", async () => {
  using c = await Consortium.ready();
  const { image, manifest, payloadSignature, release, signature, author } = await c.publish();
  const before = {
    log: rootAt(nodeCrypto, logNodes(c.replica.database), c.size),
    record: c.release(release),
    size: c.size,
  };
  const kept = c.record(tables.manifest, before.record.manifestDigest);
  c.now += 1;
  const again = { author, image, manifest, payloadSignature, signature };
  await refused(c, "release/sequence", () => c.register(again));
  const rival = c.member(1);
  const body = { author, grant: await c.grant(), manifest: fromUtf8(manifest), payloadSignature, signature };
  await refused(c, "author/organisation", () => c.submit(rival.author, "release.register", body));
  await refused(c, "release/not-author", () => c.submit(rival.admin, "release.withdraw", { reason: "", release }));
  await c.publish({ sequence: c.now * 1000 + 1, version: "2.0.0" });
  await c.submit(c.member(0).admin, "release.revoke", { reason: "broken", release });
  const unchanged = (from: Release) => {
    const {
      approvals,
      author: by,
      className,
      manifestDigest,
      organisation,
      receipts,
      registered,
      sequence,
      version,
    } = from;
    return { approvals, by, className, manifestDigest, organisation, receipts, registered, sequence, version };
  };
  assert.deepEqual(unchanged(c.release(release)), unchanged(before.record));
  assert.deepEqual(c.record(tables.manifest, before.record.manifestDigest), kept);
  const nodes = logNodes(c.replica.database);
  assertConsistency(nodeCrypto, {
    from: before.size,
    fromRoot: before.log,
    path: consistencyProof(nodeCrypto, nodes, { from: before.size, to: c.size }),
    to: c.size,
    toRoot: rootAt(nodeCrypto, nodes, c.size),
  });
});

test("[S2-2 S4-12] no byte string of an image is in any transaction, entry or state: digests, signatures and CID are", async () => {
  using c = await Consortium.ready();
  const image = new Uint8Array(randomBytes(4096));
  const { manifest, release } = await c.publish({ image });
  const { database } = c.replica;
  const blobs = [
    "SELECT bytes FROM transactions",
    "SELECT bytes FROM entries",
    "SELECT value AS bytes FROM state",
    "SELECT value AS bytes FROM nodes",
  ]
    .flatMap((sql) => database.prepare(sql).all())
    .flatMap(({ bytes }) => (bytes instanceof Uint8Array ? [Buffer.from(bytes)] : []));
  const texts = blobs.flatMap((blob) => [blob, ...payloadsOf(blob)]);
  for (const window of windowsOf(image)) {
    for (const spelling of ["latin1", "base64", "base64url", "hex"] as const) {
      const needle = Buffer.from(Buffer.from(window).toString(spelling), "latin1").subarray(1, -2);
      assert.ok(!texts.some((text) => text.includes(needle)), spelling);
    }
  }
  const { stored } = c.release(release);
  assert.ok(texts.some((text) => text.includes(stored?.cid ?? "?")));
  assert.equal(decodeManifest(nodeCrypto, manifest).payloadDigest, toHex(nodeCrypto.sha384(image)));
  assert.ok(texts.some((text) => text.includes(toHex(nodeCrypto.sha384(image)))));
});

test("[S2-12] image, manifest record and every log entry are hashed with SHA-256", async () => {
  using c = await Consortium.ready();
  const { image, release } = await c.publish();
  assert.equal(c.release(release).stored?.sha256, hash("sha256", image));
  const nodes = logNodes(c.replica.database);
  const entries = c.replica.database.prepare("SELECT idx, bytes FROM entries ORDER BY idx").all();
  assert.equal(entries.length, c.size);
  for (const { bytes, idx } of entries) {
    assert.ok(bytes instanceof Uint8Array && typeof idx === "number");
    const leaf = hash("sha256", Buffer.concat([Buffer.of(0), bytes]));
    assert.equal(toHex(nodes(0, idx) ?? new Uint8Array()), leaf);
  }
});

test("[S2-7] the genesis records where time comes from, and entries carry that time, which never goes back", async () => {
  using c = await Consortium.ready();
  assert.equal(c.replica.genesis.body.clock, "block");
  c.now += 500;
  const first = await c.submit(c.member(0).admin, "identity.enrol", {
    key: (await newSigner()).key,
    roles: ["auditor"],
  });
  const bytes = await c.transaction(c.member(0).admin, "identity.enrol", {
    key: (await newSigner()).key,
    roles: ["auditor"],
  });
  const second = c.apply(bytes, c.now - 400);
  assert.deepEqual([first.time, second.time], [c.now, c.now]);
  const row = c.replica.database.prepare("SELECT bytes FROM entries WHERE idx = ?").get(second.index);
  assert.ok(row?.["bytes"] instanceof Uint8Array);
  assert.equal(decodeEntry(row["bytes"]).time, c.now);
});

// 24 bytes at offsets of every remainder by 3: whatever the alignment of a base64 text, many of them would show in it.
function* windowsOf(image: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at + 24 <= image.length; at += 122) yield image.subarray(at, at + 24);
}

function payloadsOf(blob: Buffer): Buffer[] {
  const [, payload] = /"payload":"([\w-]+)"/.exec(blob.toString()) ?? [];
  return payload === undefined ? [] : [Buffer.from(payload, "base64url")];
}
