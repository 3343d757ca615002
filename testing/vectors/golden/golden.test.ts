import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fromBase64url, fromHex, toHex, utf8 } from "@firmament/core/bytes";
import { decodeBundle, decodeDevice, type Device, encodeBundle, verifyBundle } from "@firmament/core/bundle";
import { canonicalBytes, decodeCanonical } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";
import { generalJws, parseHeader } from "@firmament/core/jws";
import { verifySignature } from "@firmament/core/keys";
import { decodeEntry, leafHash } from "@firmament/core/log";
import { decodeTransaction } from "@firmament/core/registry";
import { encodeKey, keyHash, pathOf, type StateKey } from "@firmament/core/state";
import { assertTrustStep, TRUST_TYPE, trustLimits } from "@firmament/core/trust";
import { nodeCrypto } from "@firmament/crypto";
import { filesIn } from "../../repository/workspaces.ts";
import { goldenOrganisation, rsaKey } from "./keys.ts";
import { signDeterministically } from "./rfc6979.ts";
import { outcomeOf, valuesOf } from "./values.ts";

const read = (name: string) => new Uint8Array(readFileSync(join(import.meta.dirname, name)));
const json = (name: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8"));

interface Verdict {
  readonly now: number;
  readonly verdict: unknown;
  readonly values: {
    readonly records: readonly GoldenRecord[];
    readonly entry: { bytes: string; leafHash: string; stateRoot: string };
  };
}

interface GoldenRecord {
  readonly key: StateKey;
  readonly encodedKey: string;
  readonly keyHash: string;
  readonly path: string;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

for (const folder of ["", "complete/"]) {
  const bytes = read(`${folder}bundle.cbor`);
  const device = decodeDevice(read(`${folder}device.json`));
  const golden = json(`${folder}verdict.json`) as Verdict;

  test(`${folder}bundle.cbor gives the golden verdict`, () => {
    assert.deepEqual(plain(outcomeOf(bytes, { device, now: golden.now })), golden.verdict);
    assert.deepEqual(encodeBundle(decodeBundle(bytes)), bytes);
  });

  test(`${folder}bundle.cbor gives the golden intermediate values`, () => {
    assert.deepEqual(plain(valuesOf(bytes, { device, now: golden.now })), golden.values);
    const { entry, records } = golden.values;
    const entryBytes = fromHex(entry.bytes);
    assert.equal(toHex(leafHash(nodeCrypto, entryBytes)), entry.leafHash);
    assert.equal(toHex(fromBase64url(decodeEntry(entryBytes).root)), entry.stateRoot);
    for (const { encodedKey, key, keyHash: hash, path } of records) {
      assert.equal(toHex(encodeKey(key)), encodedKey);
      assert.equal(toHex(keyHash(nodeCrypto, key)), hash);
      assert.equal(toHex(pathOf(nodeCrypto, key)), path);
    }
  });
}

test("trust.json is trust/1, signed by its founders, and the device pins it", () => {
  const decode = generalJws({ maxPayloadBytes: trustLimits.maxBytes, maxSignatures: 128 });
  const { payload, signatures } = decode(
    decodeCanonical(read("trust.json"), { maxBytes: 262_144, maxDepth: 4 }),
    "trust",
  );
  const step = {
    document: fromBase64url(payload),
    signatures: signatures
      .map((each) => ({
        kid: parseHeader(each.protected, { typ: TRUST_TYPE }).kid,
        signature: fromBase64url(each.signature),
      }))
      .sort((a, b) => (a.kid < b.kid ? -1 : 1)),
  };
  const root = assertTrustStep(nodeCrypto, undefined, step);
  for (const folder of ["", "complete/"]) {
    assert.deepEqual(decodeDevice(read(`${folder}device.json`)).trust, { digest: root.digest, version: 1 });
  }
});

interface RefusedFile {
  readonly now: number;
  readonly altered: readonly { readonly file: string; readonly code: string }[];
  readonly declined: readonly {
    readonly what: string;
    readonly code: string;
    readonly device?: Partial<Device>;
    readonly now?: number;
    readonly wanted?: string;
  }[];
}

function codeOf(bytes: Uint8Array, device: Device, now: number, wanted?: string): string {
  try {
    const options = { crypto: nodeCrypto, device, now, ...(wanted === undefined ? {} : { wanted }) };
    const { decision } = verifyBundle(bytes, options);
    return decision.action === "refuse" ? decision.refusal.code : decision.action;
  } catch (cause) {
    if (cause instanceof Refusal) return cause.code;
    throw cause;
  }
}

test("refused.json: each altered bundle, and each differing device, is refused with the golden code", () => {
  const { altered, declined, now } = json("refused.json") as RefusedFile;
  const device = decodeDevice(read("device.json"));
  for (const { code, file } of altered) assert.equal(codeOf(read(`refused/${file}`), device, now), code, file);
  for (const { code, device: change, now: at = now, wanted, what } of declined) {
    const other = decodeDevice(canonicalBytes({ ...device, ...change }));
    assert.equal(codeOf(read("bundle.cbor"), other, at, wanted), code, what);
  }
  assert.deepEqual(filesIn("testing/vectors/golden/refused", "*").length, altered.length);
});

interface TransactionsFile {
  readonly ledger: string;
  readonly transactions: readonly {
    readonly type: string;
    readonly id: string;
    readonly bytes: string;
    readonly decoded: {
      readonly alg: string;
      readonly body: unknown;
      readonly expires: number;
      readonly kid: string;
      readonly signature: string;
    };
  }[];
}

const signers = ["alpha", "bravo", "charlie", "delta"].flatMap((name) => {
  const { admin, approver, author, node, registerAgent } = goldenOrganisation(`${name}.example`);
  return [admin, approver, author, node, registerAgent];
});

for (const [file, types] of [
  ["transactions.json", 20],
  ["transactions-nodes.json", 2],
] as const) {
  test(`${file} has one transaction of each type, in the one form that gives its id`, () => {
    const { ledger, transactions } = json(file) as TransactionsFile;
    for (const { bytes, decoded, id, type } of transactions) {
      const found = decodeTransaction(nodeCrypto, utf8(bytes));
      assert.deepEqual([found.type, found.id, found.ledger], [type, id, ledger]);
      assert.deepEqual([found.kid, found.algorithm, found.expires], [decoded.kid, decoded.alg, decoded.expires]);
      assert.deepEqual(found.body, decoded.body);
      const signer = signers.find(({ kid }) => kid === found.kid);
      assert.ok(
        signer !== undefined && verifySignature(nodeCrypto, signer.key, found.signingInput, found.signature),
        type,
      );
    }
    assert.equal(new Set(transactions.map(({ type }) => type)).size, types);
  });
}

test("the golden files stay small", () => {
  const files = ["*.cbor", "*.json", "complete/*", "refused/*"].flatMap((pattern) =>
    filesIn("testing/vectors/golden", pattern),
  );
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  assert.ok(bytes < 200_000, `${bytes} bytes`);
});

test("the generator's ES256 is RFC 6979, appendix A.2.5", () => {
  const secret = fromHex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
  const r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
  assert.equal(toHex(signDeterministically(secret, utf8("sample"))).slice(0, 64), r);
  assert.equal(rsaKey().algorithm, "RS384");
});
