import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { fromBase64url } from "@firmament/core/bytes";
import { verifyBundle } from "@firmament/core/bundle";
import { encodeCbor } from "@firmament/core/codec";
import { nodeCrypto } from "@firmament/crypto";
import { blocksFrom, BundleBuilder, Cosignatures, Replica } from "@firmament/replica";
import { encodeBundle } from "@firmament/core/bundle";
import { Consortium, DAY } from "../kit/index.ts";
import { root } from "../repository/workspaces.ts";
import { after, published, running } from "./support/scenes.ts";
import { assertDeclined, assertInstalls, assertRefused, verdictOf } from "./support/verdicts.ts";

/** Every file that the verifier is made of. */
function sourcesFrom(entry: string, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (found.has(entry)) return found;
  const text = readFileSync(entry, "utf8");
  found.set(entry, text);
  for (const [, name = ""] of text.matchAll(/from "([^"]+)"/g)) {
    assert.match(name, /^\.\.?\//, `${entry} imports ${name}`);
    sourcesFrom(resolve(dirname(entry), name), found);
  }
  return found;
}

test("[S0-27] verification needs no consensus and no network: it is synchronous and imports nothing outside the core", async (t) => {
  const sources = sourcesFrom(join(root, "core/src/bundle/verify.ts"));
  for (const [file, text] of sources) assert.doesNotMatch(text, /\b(?:async |await |new Promise|import\()/, file);
  using c = await Consortium.ready();
  const started = performance.now();
  const given = await published(c);
  const between = performance.now();
  assertInstalls("1.0.0", given);
  const ended = performance.now();
  t.diagnostic(
    `${sources.size} files; publish ${(between - started).toFixed(1)} ms, verify ${(ended - between).toFixed(1)} ms`,
  );
});

test("[S0-6] a device verifies from what it holds after the last ledger node is gone", async () => {
  const c = await Consortium.ready();
  const given = await published(c);
  c[Symbol.dispose]();
  assertInstalls("1.0.0", given);
  assertInstalls("1.0.0", { ...given, now: given.now + DAY });
});

test("[S0-20] what a device stores and changes is at most 100 bytes", async (t) => {
  using c = await Consortium.ready();
  const given = await published(c);
  const started = performance.now();
  const rounds = 50;
  for (let i = 0; i < rounds; i++) verifyBundle(given.bytes, { crypto: nodeCrypto, ...given });
  const ms = (performance.now() - started) / rounds;
  const { seen, trust } = verdictOf(given).next;
  const pin = encodeCbor([trust.version, fromBase64url(trust.digest)]);
  const checkpoint = encodeCbor([seen.size, fromBase64url(seen.root), seen.time]);
  const counters = encodeCbor([c.now * 1000, c.now * 1000]);
  const sizes = [pin, checkpoint, counters].map(({ length }) => length);
  t.diagnostic(
    `trust pin ${sizes[0]}, checkpoint ${sizes[1]}, sequence and counter ${sizes[2]} bytes; verify ${ms.toFixed(2)} ms`,
  );
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= 100);
});

test("[S0-23] a recall reaches every replica, and a device that slept through it still refuses the release", async () => {
  using c = await Consortium.ready();
  const given = await published(c);
  const sleeping = given.device;
  const recalled = await after(
    c,
    c.submit(c.member(0).admin, "release.revoke", { reason: "unsafe", release: given.release }),
  );
  assertDeclined("offer/revoked", { ...given, bytes: recalled, wanted: given.release });
  using other = Replica.open(":memory:", nodeCrypto, c.genesisFile);
  for (const block of blocksFrom(c.replica.database, 1, 1000)) other.apply(block);
  const kept = new Cosignatures(other.database, nodeCrypto, c.ledger);
  const own = new Cosignatures(c.replica.database, nodeCrypto, c.ledger);
  for (const each of own.at(c.size)) kept.add(c.view().trust(), c.size, each);
  const classPart = new BundleBuilder(other.database, nodeCrypto, c.ledger).classPart("sensor");
  assert.deepEqual(encodeBundle({ classPart, devicePart: undefined }), recalled);
  const awake = c.now + DAY + 1;
  assertRefused("bundle/entry-stale", { ...given, device: sleeping, now: awake, wanted: given.release });
  assertDeclined("offer/none", { ...given, bytes: recalled, device: sleeping });
  assert.equal(
    verdictOf({ ...given, bytes: recalled, device: running(sleeping, "1.0.0", c.now * 1000, given.release) }).alarm
      ?.code,
    "offer/revoked",
  );
});
