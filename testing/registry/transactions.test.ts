import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { signPossession } from "@firmament/agents/signing";
import { fromBase64url, fromUtf8, toBase64url, utf8 } from "@firmament/core/bytes";
import { canonicalBytes, decodeCanonical } from "@firmament/core/codec";
import {
  decodeTransaction,
  type Envelope,
  prepare,
  rulebook,
  seal,
  tables,
  transactionId,
  transition,
} from "@firmament/core/registry";
import { nodeCrypto, privateKey, softwareSigner } from "@firmament/crypto";
import { Consortium, newSigner } from "@firmament/testing/kit";
import { propose, refused } from "./support.ts";

const envelopeOf = (bytes: Uint8Array) =>
  decodeCanonical(bytes, { maxBytes: 131_072, maxDepth: 1 }) as unknown as Envelope;
const enrolment = { key: (await newSigner()).key, roles: ["approver"] } as const;

/** The same as a draft, which nothing completes; a proof of nobody, for transactions that are refused before it. */
const written = { ...enrolment, proof: "A".repeat(86) };

/** An enrolment by the first organisation, complete. */
async function provenFor(c: Consortium) {
  const holder = await newSigner();
  const claim = { ledger: c.ledger, organisation: c.member(0).name, purpose: "transaction" } as const;
  return { key: holder.key, proof: await signPossession(holder, claim), roles: ["approver"] } as const;
}

test("a transaction is for one ledger", async () => {
  using c = await Consortium.found();
  using other = await Consortium.found();
  const { admin } = c.member(0);
  const bytes = await other.transaction(admin, "identity.enrol", enrolment);
  await refused(c, "transaction/ledger", () => c.apply(bytes));
});

test("a transaction is valid until its expires, which is at most 600 s ahead", async () => {
  using c = await Consortium.found();
  const { admin } = c.member(0);
  const until = (expires: number) => c.transaction(admin, "identity.enrol", enrolment, expires);
  await refused(c, "transaction/expired", async () => c.apply(await until(c.now - 1)));
  await refused(c, "transaction/expired", async () => c.apply(await until(c.now + 601)));
  const bytes = await until(c.now + 600);
  await refused(c, "transaction/expired", () => c.apply(bytes, c.now + 601));
  assert.equal(c.apply(bytes, c.now + 600).index, 1);
});

test("a signer is enrolled, active, of an active organisation, and has signed", async () => {
  using c = await Consortium.ready();
  const [alpha, bravo] = [c.member(0), c.member(1)];
  const stranger = await newSigner("ES256");
  await refused(c, "identity/unknown", () => c.submit(stranger, "identity.enrol", enrolment));
  await refused(c, "transaction/signature", async () => {
    const parts = prepare({ body: written, expires: c.now, ledger: c.ledger, type: "identity.enrol" }, alpha.admin);
    return c.apply(seal(parts, await bravo.admin.sign(parts.signingInput)));
  });
  await c.submit(alpha.admin, "identity.revoke", { identity: alpha.approver.kid });
  await refused(c, "identity/revoked", () => c.submit(alpha.approver, "release.approve", { release: alpha.admin.kid }));
  await propose(c, { organisation: bravo.name, type: "organisation.suspend" }, [0, 2, 3]);
  await refused(c, "organisation/inactive", () => c.submit(bravo.admin, "identity.enrol", enrolment));
});

test("the algorithm is the enrolled key's, whatever the header says", async () => {
  using c = await Consortium.found();
  const { admin } = c.member(0);
  const forged = { kid: admin.kid, algorithm: "EdDSA" } as const;
  const parts = prepare({ body: written, expires: c.now, ledger: c.ledger, type: "identity.enrol" }, forged);
  const signature = await admin.sign(parts.signingInput);
  await refused(c, "transaction/signature", () => c.apply(seal(parts, signature)));
});

test("each type demands its role", async () => {
  using c = await Consortium.ready();
  const { author, node } = c.member(1);
  const digest = node.kid;
  await refused(c, "identity/role", () => c.submit(node, "identity.enrol", enrolment));
  await refused(c, "identity/role", () => c.submit(node, "identity.revoke", { identity: digest }));
  await refused(c, "identity/role", () => c.submit(node, "proposal.vote", { proposal: digest }));
  await refused(c, "identity/role", () => c.submit(node, "author.revoke", { author: digest }));
  await refused(c, "identity/role", () => c.submit(node, "release.approve", { release: digest }));
  await refused(c, "identity/role", () => c.submit(node, "release.hold", { release: digest }));
  await refused(c, "identity/role", () => c.submit(node, "release.withdraw", { reason: "", release: digest }));
  await refused(c, "identity/role", () => c.submit(node, "release.rollout", { permille: 1, release: digest }));
  await refused(c, "identity/role", () =>
    c.submit(node, "device.update", { device: digest, groups: [], status: "active" }),
  );
  await refused(c, "identity/role", () => c.submit(author, "storage.receipt", { mac: digest, release: digest }));
  await refused(c, "identity/role", () =>
    c.submit(author, "storage.dispute", { kid: digest, mac: digest, release: digest }),
  );
  await refused(c, "identity/role", () => c.submit(author, "tick", { time: c.now }));
});

test("the id is over header and payload: another valid signature gives the same id, one entry and the same receipt", async () => {
  using c = await Consortium.found();
  const { admin } = c.member(0);
  const parts = prepare({ body: await provenFor(c), expires: c.now, ledger: c.ledger, type: "identity.enrol" }, admin);
  const [one, other] = [
    seal(parts, await admin.sign(parts.signingInput)),
    seal(parts, await admin.sign(parts.signingInput)),
  ];
  assert.notDeepEqual(envelopeOf(one).signature, envelopeOf(other).signature, "ES256 signatures are random");
  assert.equal(transactionId(nodeCrypto, envelopeOf(one)), transactionId(nodeCrypto, envelopeOf(other)));
  const first = c.apply(one);
  const { size } = c;
  assert.deepEqual(c.apply(other), first);
  assert.deepEqual(c.apply(one, c.now + 100_000), first, "also long after it expired");
  assert.equal(c.size, size);
});

test("a signature with high s is none", async () => {
  using c = await Consortium.found();
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const signer = softwareSigner(privateKey(pair.privateKey.export({ format: "jwk" })));
  const proof = await signPossession(signer, {
    ledger: c.ledger,
    organisation: c.member(0).name,
    purpose: "transaction",
  });
  await c.submit(c.member(0).admin, "identity.enrol", { key: signer.key, proof, roles: ["admin"] });
  const parts = prepare({ body: await provenFor(c), expires: c.now, ledger: c.ledger, type: "identity.enrol" }, signer);
  const low = await signer.sign(parts.signingInput);
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const high = (order - BigInt(`0x${Buffer.from(low.subarray(32)).toString("hex")}`)).toString(16).padStart(64, "0");
  const turned = Buffer.concat([low.subarray(0, 32), Buffer.from(high, "hex")]);
  await refused(c, "transaction/signature", () => c.apply(seal(parts, turned)));
  assert.ok(c.apply(seal(parts, low)));
});

test("an id is unique over all history, also within one block", async () => {
  using c = await Consortium.found();
  const bytes = await c.transaction(c.member(0).admin, "identity.enrol", enrolment);
  const fold = c.replica.begin(c.now);
  const receipt = fold.execute(bytes);
  assert.deepEqual(fold.execute(bytes), receipt);
  c.replica.commit();
  for (let i = 0; i < 5; i++) {
    await c.submit(c.member(1).admin, "identity.enrol", { key: (await newSigner()).key, roles: ["node"] });
  }
  assert.deepEqual(c.apply(bytes), receipt);
});

test("a signature for another purpose signs no transaction", async () => {
  using c = await Consortium.found();
  const { cosigner } = c.member(0);
  await refused(c, "identity/exists", () =>
    c.submit(c.member(0).admin, "identity.enrol", { key: cosigner.key, roles: ["admin"] }),
  );
  await refused(c, "identity/unknown", () => c.submit(cosigner, "identity.enrol", enrolment));
});

test("decoding is complete before anybody looks at a signature", async () => {
  using c = await Consortium.found();
  const honest = envelopeOf(await c.transaction(c.member(0).admin, "identity.enrol", enrolment));
  const payload = (change: (text: string) => string): Uint8Array =>
    canonicalBytes({ ...honest, payload: toBase64url(utf8(change(fromUtf8(fromBase64url(honest.payload))))) });
  const header = (change: object): Uint8Array => {
    const decoded = decodeCanonical(fromBase64url(honest.protected)) as object;
    return canonicalBytes({ ...honest, protected: toBase64url(canonicalBytes({ ...decoded, ...change })) });
  };
  const body = (change: () => string) => payload((text) => text.replace(/(?<="body":).*(?=,"expires")/, change));
  await refused(c, "codec/not-canonical", () => c.apply(payload((text) => text.replace(":", ": "))));
  await refused(c, "codec/not-canonical", () => c.apply(payload((text) => text.replace("{", '{"body":1,'))));
  await refused(c, "codec/json", () => c.apply(utf8("not a transaction")));
  await refused(c, "codec/type", () => c.apply(utf8("[]")));
  await refused(c, "codec/missing-member", () => c.apply(utf8("{}")));
  await refused(c, "codec/unknown-member", () => c.apply(canonicalBytes({ ...honest, header: "" })));
  await refused(c, "codec/number", () => c.apply(payload((text) => text.replace(String(c.now + 300), "1e400"))));
  await refused(c, "codec/value", () => c.apply(payload((text) => text.replace("identity.enrol", "identity.unrol"))));
  await refused(c, "codec/value", () => c.apply(payload((text) => text.replace("identity.enrol", "toString"))));
  await refused(c, "codec/missing-member", () =>
    c.apply(body(() => '{"key":{"toString":1},"roles":{"toString":1,"valueOf":1}}')),
  );
  await refused(c, "codec/value", () => c.apply(header({ alg: "none" })));
  await refused(c, "codec/value", () => c.apply(header({ alg: "HS256" })));
  await refused(c, "codec/value", () => c.apply(header({ typ: "JWT" })));
  await refused(c, "codec/unknown-member", () => c.apply(header({ crit: "b64" })));
  await refused(c, "codec/too-large", () => c.apply(new Uint8Array(131_073)));
  await refused(c, "codec/too-deep", () =>
    c.apply(payload((text) => text.replace('"roles":[', `"roles":[${"[".repeat(12)}`))),
  );
});

test("hostile values in every place of a transaction are refusals, never faults", async () => {
  using c = await Consortium.found();
  const { admin } = c.member(0);
  const hostile: readonly unknown[] = [{ toString: 1, valueOf: 1 }, [{ toString: 1 }], "\u0000", -1, true, [], {}];
  const members = { action: 1, admin: 1, key: 1, release: 1, time: 1, type: 1, roles: 1 };
  for (const value of hostile) {
    for (const type of ["identity.enrol", "proposal.create", "trust.next", "release.register", "tick", value]) {
      const body = Object.fromEntries(Object.keys(members).map((name) => [name, value]));
      for (const content of [
        { body, expires: c.now, type },
        { body: value, expires: value, type },
      ]) {
        const parts = {
          ...prepare({ body: written, expires: c.now, ledger: c.ledger, type: "identity.enrol" }, admin),
        };
        const payload = toBase64url(canonicalBytes(content));
        const bytes = seal({ ...parts, payload }, await admin.sign(utf8(`${parts.protected}.${payload}`)));
        assert.throws(() => c.apply(bytes), { name: "Refusal" });
      }
    }
  }
});

test("time never goes back, and is the ledger record's and nothing else", async () => {
  using c = await Consortium.found();
  const { admin } = c.member(0);
  c.now += 1000;
  const later = await c.submit(admin, "identity.enrol", enrolment);
  assert.equal(later.time, c.now);
  const key = (await newSigner()).key;
  const bytes = await c.transaction(admin, "identity.enrol", { key, roles: ["node"] });
  const back = c.apply(bytes, c.now - 500);
  assert.equal(back.time, c.now, "an engine that goes back changes nothing");
  assert.equal(c.record(tables.ledger)?.time, c.now);
  await refused(c, "transaction/expired", async () => {
    return c.apply(await c.transaction(admin, "identity.enrol", enrolment, c.now - 1), c.now - 500);
  });
});

test("whatever is thrown and is no refusal goes through as a fault", async () => {
  using c = await Consortium.found();
  const bytes = await c.transaction(c.member(0).admin, "identity.enrol", enrolment);
  const occasion = { crypto: nodeCrypto, index: 1, ledger: c.ledger, rulebook, time: c.now };
  const reading = transition(occasion, decodeTransaction(nodeCrypto, bytes));
  reading.next();
  // A state without the ledger's own record is none that genesis made.
  assert.throws(
    () => reading.next([undefined]),
    (error) => error instanceof Error && error.name !== "Refusal",
  );
});

test("a plain JOSE signer makes a transaction: nothing of it is of our own making", async () => {
  using c = await Consortium.found();
  const pair = generateKeyPairSync("ed25519");
  const { crv, kty, x } = pair.publicKey.export({ format: "jwk" });
  const signer = softwareSigner(privateKey(pair.privateKey.export({ format: "jwk" })));
  const proof = await signPossession(signer, {
    ledger: c.ledger,
    organisation: c.member(0).name,
    purpose: "transaction",
  });
  await c.submit(c.member(0).admin, "identity.enrol", { key: signer.key, proof, roles: ["node"] });
  const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = base64url({ alg: "EdDSA", kid: signer.kid, ledger: c.ledger, typ: "firmament-tx+json" });
  const payload = base64url({ body: { time: c.now + 30_000 }, expires: c.now + 30_300, type: "tick" });
  const signature = sign(null, Buffer.from(`${head}.${payload}`), pair.privateKey).toString("base64url");
  const bytes = Buffer.from(JSON.stringify({ payload, protected: head, signature }));
  assert.equal(decodeTransaction(nodeCrypto, bytes).kid, signer.kid);
  assert.deepEqual({ crv, kty, x }, signer.key);
  assert.equal(c.apply(bytes, c.now + 30_000).time, c.now + 30_000);
});
