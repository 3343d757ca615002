import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url } from "@firmament/core/bytes";
import type { Signer } from "@firmament/core/keys";
import { cosignatureMessage, cosignerKeyId, formatCheckpoint, parseCheckpoint } from "@firmament/core/log";
import { nodeCrypto } from "@firmament/crypto";
import { checkpointText, Cosignatures } from "@firmament/replica";
import { Consortium, newSigner, type TestOrganisation } from "@firmament/testing/kit";

const keptOf = (c: Consortium) => new Cosignatures(c.replica.database, nodeCrypto, c.ledger);

function keyIdOf({ key }: Signer, name: string): string {
  return cosignerKeyId(nodeCrypto, { name, publicKey: fromBase64url(key.kty === "OKP" ? key.x : "") });
}

/** A cosignature of the newest checkpoint, or of another text. */
async function cosignature(c: Consortium, { cosigner, name }: TestOrganisation, text?: string, time = c.now) {
  const over = text ?? checkpointText(c.replica.database, nodeCrypto, c.ledger, c.size);
  return { keyId: keyIdOf(cosigner, name), signature: await cosigner.sign(cosignatureMessage(time, over)), time };
}

test("a checkpoint's text is origin, size and root of the replica's own tree", async () => {
  using c = await Consortium.ready();
  const parsed = parseCheckpoint(checkpointText(c.replica.database, nodeCrypto, c.ledger, c.size));
  assert.deepEqual(parsed, { origin: c.ledger, root: c.replica.status.root, size: c.size });
});

test("true cosignatures of known cosigners are kept, all of them, each once", async () => {
  using c = await Consortium.ready();
  const kept = keptOf(c);
  const trust = c.view().trust();
  for (const member of c.members) kept.add(trust, c.size, await cosignature(c, member));
  kept.add(trust, c.size, await cosignature(c, c.member(0)));
  const found = kept.at(c.size);
  assert.deepEqual(
    found.map(({ organisation }) => organisation).sort(),
    c.members.map(({ name }) => name),
  );
  assert.deepEqual(
    found.map(({ keyId }) => keyId),
    found.map(({ keyId }) => keyId).sort(),
  );
  assert.deepEqual(
    found.map(({ time }) => time),
    [c.now, c.now, c.now, c.now],
  );
});

test("a cosignature that is false, by an unknown key, or of another tree is not kept", async () => {
  using c = await Consortium.ready();
  const kept = keptOf(c);
  const trust = c.view().trust();
  const [alpha, bravo] = [c.member(0), c.member(1)];
  const stranger = { ...alpha, cosigner: await newSigner() };
  const root = new Uint8Array(32).fill(7);
  const { size } = c;
  const honest = await cosignature(c, alpha);
  const wrong = [
    await cosignature(c, stranger),
    await cosignature(c, { ...alpha, name: bravo.name }),
    { ...honest, keyId: (await cosignature(c, bravo)).keyId },
    { ...honest, time: honest.time + 1 },
    { ...honest, signature: new Uint8Array(64) },
    await cosignature(c, alpha, formatCheckpoint({ origin: c.ledger, root, size })),
    await cosignature(c, alpha, formatCheckpoint({ origin: c.ledger, root: c.replica.status.root, size: size + 1 })),
    await cosignature(
      c,
      alpha,
      formatCheckpoint({ origin: "other.example/registry/0123456789abcdef", root: c.replica.status.root, size }),
    ),
  ];
  for (const each of wrong) assert.throws(() => kept.add(trust, size, each), { code: "log/cosignature-signature" });
  assert.deepEqual(kept.at(size), []);
  kept.add(trust, size, honest);
});

test("a size that the replica has not reached, or that no block ends at, takes no cosignature", async () => {
  using c = await Consortium.ready();
  const kept = keptOf(c);
  const honest = await cosignature(c, c.member(0));
  for (const size of [0, c.size + 1]) {
    assert.throws(() => kept.add(c.view().trust(), size, honest), { code: "replica/range" });
  }
  const two = await Promise.all(
    [1, 2].map(async (i) => {
      return c.transaction(c.member(i).admin, "identity.enrol", { key: (await newSigner()).key, roles: ["node"] });
    }),
  );
  const fold = c.replica.begin(c.now);
  for (const bytes of two) fold.execute(bytes);
  c.replica.commit();
  assert.throws(() => kept.add(c.view().trust(), c.size - 1, honest), { code: "replica/range" });
});

test("the newest quorum counts organisations, not keys", async () => {
  using c = await Consortium.ready();
  const alpha = c.member(0);
  const second = await newSigner();
  const key = second.key;
  assert.ok(key.kty === "OKP");
  await c.nextTrust((next) => ({
    organisations: next.organisations.map((each, i) =>
      i === 0 ? { ...each, cosigners: [...each.cosigners, { key, until: c.now + 10_000 }] } : each,
    ),
  }));
  const kept = keptOf(c);
  const trust = c.view().trust();
  kept.add(trust, c.size, await cosignature(c, alpha));
  kept.add(trust, c.size, await cosignature(c, { ...alpha, cosigner: second }));
  kept.add(trust, c.size, await cosignature(c, c.member(1)));
  assert.equal(kept.at(c.size).length, 3);
  assert.equal(kept.newest(3), undefined);
  assert.equal(kept.newest(2), c.size);
  kept.add(trust, c.size, await cosignature(c, c.member(2)));
  assert.equal(kept.newest(3), c.size);
});

test("a checkpoint whose state is no longer kept is not the newest", async () => {
  using c = await Consortium.ready();
  await c.cosign([0, 1, 2]);
  const cosigned = c.size;
  await c.grant();
  await c.cosign([0]);
  assert.equal(keptOf(c).newest(3), cosigned);
  c.replica.database.prepare("DELETE FROM roots WHERE size <= ?").run(cosigned);
  assert.deepEqual([keptOf(c).newest(3), keptOf(c).newest(1)], [undefined, c.size]);
});
