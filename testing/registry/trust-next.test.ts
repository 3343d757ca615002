import assert from "node:assert/strict";
import { test } from "node:test";
import { signTrust } from "@firmament/agents/signing";
import { fromUtf8, toBase64url } from "@firmament/core/bytes";
import { verifyBundle } from "@firmament/core/bundle";
import { canonicalBytes } from "@firmament/core/codec";
import { tables } from "@firmament/core/registry";
import { assertTrustChain, type TrustDocument } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { trustChain } from "@firmament/replica";
import { Consortium, newOrganisation, newSigner, START, trustMember } from "@firmament/testing/kit";
import { propose, refused } from "./support.ts";

const same = (): Partial<TrustDocument> => ({});

test("the next trust root enters the ledger once both thresholds signed it", async () => {
  using c = await Consortium.ready();
  const receipt = await c.nextTrust(() => ({ freshness: 3600 }), [0, 1, 2]);
  assert.deepEqual(receipt.result, { trust: 2 });
  assert.equal(c.record(tables.ledger)?.trust, 2);
  assert.equal(c.view().trust().freshness, 3600);
  assert.equal(trustChain(c.replica.database, 2).length, 2);
});

test("a trust root that the ledger refuses is one that a device refuses", async () => {
  using c = await Consortium.ready();
  await refused(c, "trust/old-quorum", () => c.nextTrust(same, [0, 1]));
  await refused(c, "trust/version", () => c.nextTrust((next) => ({ version: next.version + 1 })));
  await refused(c, "trust/previous", () =>
    c.nextTrust((next) => ({ previous: (next.previous ?? "").replace(/^./, "_") })),
  );
  await refused(c, "trust/threshold", () => c.nextTrust(() => ({ threshold: 2 })));
  await refused(c, "trust/duplicate-key", () =>
    c.nextTrust((next) => ({
      organisations: next.organisations.map((each, i) =>
        i === 0 ? { ...each, root: next.organisations[1]?.root ?? each.root } : each,
      ),
    })),
  );
});

test("it is signed in key order, by root keys, each once", async () => {
  using c = await Consortium.ready();
  const before = c.view().trust();
  const { genesis: _, ...rest } = before;
  const document = canonicalBytes({ ...rest, previous: c.trustPin().digest, version: 2 });
  const all = await Promise.all(
    [...c.members.map(({ root }) => root), c.member(0).cosigner].map((key) => signTrust(nodeCrypto, key, document)),
  );
  const spelt = all.map(({ kid, signature }) => ({ kid, signature: toBase64url(signature) }));
  const roots = spelt.slice(0, 4).sort((a, b) => (a.kid < b.kid ? -1 : 1));
  const submit = (signatures: typeof spelt) =>
    c.submit(c.member(0).admin, "trust.next", { document: fromUtf8(document), signatures });
  await refused(c, "trust/signature", () => submit([...roots].reverse()));
  await refused(c, "trust/signature", () => submit([...roots.slice(0, 1), ...roots]));
  await refused(c, "trust/signature", () => submit([...spelt].sort((a, b) => (a.kid < b.kid ? -1 : 1))));
  await refused(c, "identity/role", () =>
    c.submit(c.member(0).node, "trust.next", { document: fromUtf8(document), signatures: roots }),
  );
  await submit(roots);
});

test("new keys need the new quorum as well, and old keys that left sign nothing more", async () => {
  using c = await Consortium.ready();
  const renewed = await Promise.all(c.members.map(({ name }) => newOrganisation(name)));
  const organisations = renewed.map((member) => trustMember(member, START + 10_000));
  await refused(c, "trust/new-quorum", () => c.nextTrust(() => ({ organisations })));
  const { genesis: _, ...rest } = c.view().trust();
  const document = canonicalBytes({ ...rest, organisations, previous: c.trustPin().digest, version: 2 });
  const keys = [...c.members.slice(0, 3), ...renewed.slice(0, 3)].map(({ root }) => root);
  const signed = await Promise.all(keys.map((key) => signTrust(nodeCrypto, key, document)));
  const signatures = signed
    .map(({ kid, signature }) => ({ kid, signature: toBase64url(signature) }))
    .sort((a, b) => (a.kid < b.kid ? -1 : 1));
  await c.submit(c.member(0).admin, "trust.next", { document: fromUtf8(document), signatures });
  assert.deepEqual(c.record(tables.keyUse, renewed[0]?.root.kid ?? ""), { purpose: "root" });
  await refused(c, "trust/signature", () => c.nextTrust(same));
});

test("it accepts this ledger, knows active organisations only, and each can cosign from now on", async () => {
  using c = await Consortium.ready();
  const stranger = await newOrganisation("echo.example");
  const foreign = "other.example/registry/0123456789abcdef";
  await refused(c, "trust/ledger", () => c.nextTrust(() => ({ ledgers: [{ id: foreign }] })));
  await refused(c, "trust/ledger", () =>
    c.nextTrust((next) => ({
      organisations: [...next.organisations, trustMember(stranger, START + 10_000)],
      rootThreshold: 4,
      threshold: 4,
    })),
  );
  await refused(c, "trust/ended", () =>
    c.nextTrust((next) => ({
      organisations: next.organisations.map((each) => ({
        ...each,
        cosigners: each.cosigners.map((one) => ({ ...one, until: c.now })),
      })),
    })),
  );
});

test("its keys are claimed for their purpose: a transaction key cosigns nothing", async () => {
  using c = await Consortium.ready();
  const { node } = c.member(0);
  const key = node.key;
  assert.ok(key.kty === "OKP");
  await refused(c, "identity/exists", () =>
    c.nextTrust((next) => ({
      organisations: next.organisations.map((each, i) =>
        i === 0 ? { ...each, cosigners: [{ key, until: START + 10_000 }] } : each,
      ),
    })),
  );
});

test("a removed organisation leaves the trust root by the next one", async () => {
  using c = await Consortium.ready();
  await propose(c, { organisation: "delta.example", type: "organisation.remove" }, [0, 1, 2]);
  await refused(c, "trust/ledger", () => c.nextTrust(() => ({ freshness: 3600 })));
  const receipt = await c.nextTrust((next) => ({ organisations: next.organisations.slice(0, 3) }), [0, 1, 2]);
  assert.deepEqual(receipt.result, { trust: 2 });
});

test("a rotation reaches a device that slept through it, from the bundle alone", async () => {
  using c = await Consortium.ready();
  const asleep = c.device();
  for (let i = 0; i < 3; i++) {
    const cosigner = await newSigner();
    const { key } = cosigner;
    assert.ok(key.kty === "OKP");
    await c.nextTrust((next) => ({
      organisations: next.organisations.map((each, at) =>
        at === i ? { ...each, cosigners: [...each.cosigners, { key, until: START + 100_000_000 }] } : each,
      ),
    }));
  }
  await c.publish();
  await c.cosign();
  const { decision, next } = verifyBundle(c.bundle(), { crypto: nodeCrypto, device: asleep, now: c.now });
  assert.equal(decision.action, "install");
  assert.deepEqual(next.trust, c.trustPin());
  assert.equal(next.trust.version, 4);
  const chain = trustChain(c.replica.database, 4);
  assert.equal(assertTrustChain(nodeCrypto, asleep.trust, chain).digest, c.trustPin().digest);
});
