import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { utf8 } from "@firmament/core/bytes";
import { canonicalBytes } from "@firmament/core/codec";
import {
  derivationRounds,
  generateKey,
  keyFor,
  maxDerivationRounds,
  maxKeyFileBytes,
  readKeyFile,
  writeKeyFile,
} from "@firmament/crypto";
import { compactDecrypt, CompactEncrypt, decodeProtectedHeader } from "jose";
import { assertRefuses, assertRejects, errorOf } from "../support/refusals.ts";
import { directoryFor } from "./support.ts";

const passphrase = utf8("correct horse battery staple");
const keys = [
  { purpose: "transaction", key: await generateKey("EdDSA") },
  { purpose: "manifest", key: await generateKey("ES256") },
  { purpose: "token", key: await generateKey("RS384") },
];
const secrets = [...keys.map(({ key }) => key.d), "correct horse"];

/** A file of another program that has the right form: few rounds, so that the tests are quick. */
async function sealed(content: Uint8Array, header: object = {}, p2c = 1000): Promise<string> {
  return new CompactEncrypt(content)
    .setProtectedHeader({ alg: "PBES2-HS512+A256KW", cty: "jwk-set+json", enc: "A256GCM", ...header })
    .setKeyManagementParameters({ p2c })
    .encrypt(passphrase);
}

test("one file holds an actor's keys, each under its purpose", async (t) => {
  const path = join(await directoryFor(t), "keys.jwe");
  await writeKeyFile(path, keys, passphrase);
  const found = await readKeyFile(path, passphrase);
  assert.deepEqual(found, keys);
  assert.deepEqual(keyFor(found, "manifest"), keys[1]?.key);
  assertRefuses("keystore/purpose", () => keyFor(found, "cosigner"));
});

test("the file is for its owner only, and nothing else is left beside it", async (t) => {
  const directory = await directoryFor(t);
  await writeKeyFile(join(directory, "keys.jwe"), keys, passphrase);
  assert.equal((await stat(join(directory, "keys.jwe"))).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(directory), ["keys.jwe"]);
});

test("the file is a JWE of a JWK Set that any JOSE library opens, and shows no key", async (t) => {
  const path = join(await directoryFor(t), "keys.jwe");
  await writeKeyFile(path, keys, passphrase);
  const text = (await readFile(path, "utf8")).trimEnd();
  const { p2s: _salt, ...header } = decodeProtectedHeader(text);
  assert.deepEqual(header, { alg: "PBES2-HS512+A256KW", cty: "jwk-set+json", enc: "A256GCM", p2c: derivationRounds });
  for (const secret of secrets) assert.ok(!text.includes(secret));
  const options = { keyManagementAlgorithms: ["PBES2-HS512+A256KW"], maxPBES2Count: derivationRounds };
  const { plaintext } = await compactDecrypt(text, passphrase, options);
  const set = JSON.parse(Buffer.from(plaintext).toString()) as { keys: { kid: string; purpose: string }[] };
  assert.deepEqual(
    set.keys.map(({ purpose }) => purpose),
    ["transaction", "manifest", "token"],
  );
});

test("two files with the same keys and passphrase have nothing in common but the form", async (t) => {
  const directory = await directoryFor(t);
  const parts = await Promise.all(
    ["a", "b"].map(async (name) => {
      await writeKeyFile(join(directory, name), keys, passphrase);
      return (await readFile(join(directory, name), "utf8")).trimEnd().split(".");
    }),
  );
  const [a = [], b = []] = parts;
  assert.equal(a.length, 5);
  for (const [i, part] of a.entries()) assert.notEqual(part, b[i]);
});

test("a file is replaced only where that is asked for", async (t) => {
  const directory = await directoryFor(t);
  const path = join(directory, "keys.jwe");
  await writeKeyFile(path, keys.slice(0, 1), passphrase);
  await assertRejects("keystore/exists", writeKeyFile(path, keys, passphrase));
  assert.equal((await readKeyFile(path, passphrase)).length, 1);
  await writeKeyFile(path, keys, passphrase, { replace: true });
  assert.equal((await readKeyFile(path, passphrase)).length, 3);
  assert.deepEqual(await readdir(directory), ["keys.jwe"]);
});

test("keys without, or with the same purpose, and an empty passphrase are not written", async (t) => {
  const directory = await directoryFor(t);
  const write = async (...stored: typeof keys) => {
    await writeKeyFile(join(directory, "keys.jwe"), stored, passphrase);
  };
  const [one] = keys;
  assert.ok(one);
  await assertRejects("keystore/purpose", write());
  await assertRejects("keystore/purpose", write(one, one));
  await assertRejects(
    "keystore/purpose",
    write(...Array.from({ length: 17 }, (_, i) => ({ ...one, purpose: `p${i}` }))),
  );
  await assertRejects("codec/value", write({ ...one, purpose: "Two Words" }));
  await assertRejects("passphrase/empty", writeKeyFile(join(directory, "keys.jwe"), keys, utf8("")));
  assert.deepEqual(await readdir(directory), []);
});

test("a wrong passphrase is told from a damaged file", async (t) => {
  const path = join(await directoryFor(t), "keys.jwe");
  await writeFile(path, await sealed(canonicalBytes({ keys: [] })));
  await assertRejects("keystore/passphrase", readKeyFile(path, utf8("correct horse battery stable")));
  await assertRejects("keystore/passphrase", readKeyFile(path, utf8("")));
  await assertRejects("keystore/damaged", readKeyFile(path, passphrase));
});

test("an altered character anywhere is refused: in the key part as a wrong passphrase, elsewhere as damage", async (t) => {
  const path = join(await directoryFor(t), "keys.jwe");
  const text = await sealed(canonicalBytes({ keys: [{ kty: "OKP" }] }));
  const [header = "", wrapped = ""] = text.split(".");
  const keyPart = { from: header.length + 1, to: header.length + 1 + wrapped.length };
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === "A" ? "B" : "A";
    await writeFile(path, text.slice(0, at) + other + text.slice(at + 1));
    const error = await errorOf(async () => readKeyFile(path, passphrase));
    assert.ok("code" in error);
    // The salt is part of the header: with another one the passphrase derives another key.
    const codes = at > keyPart.to ? ["keystore/damaged"] : ["keystore/damaged", "keystore/passphrase"];
    assert.ok(codes.includes(String(error.code)), `${at}: ${String(error.code)}`);
  }
});

test("what is no key file is damaged, too large, or missing", async (t) => {
  const directory = await directoryFor(t);
  const path = join(directory, "keys.jwe");
  await assertRejects("keystore/missing", readKeyFile(path, passphrase));
  await assertRejects("keystore/missing", readKeyFile(directory, passphrase));
  for (const text of [
    "",
    "....",
    "a.b.c.d.e",
    "\ufeff",
    "{}",
    `${await sealed(utf8("{}"))}.x`,
    `${await sealed(utf8("{}"))}\n\n`,
  ]) {
    await writeFile(path, text);
    await assertRejects("keystore/damaged", readKeyFile(path, passphrase), text);
  }
  await writeFile(path, Buffer.of(0xff, 0xfe));
  await assertRejects("keystore/damaged", readKeyFile(path, passphrase));
  await writeFile(path, Buffer.alloc(maxKeyFileBytes + 1, "a"));
  await assertRejects("keystore/too-large", readKeyFile(path, passphrase));
});

test("another algorithm, content type or header member is refused before any derivation", async (t) => {
  const path = join(await directoryFor(t), "keys.jwe");
  const content = canonicalBytes({ keys: [] });
  for (const header of [{ alg: "PBES2-HS256+A128KW" }, { enc: "A128GCM" }, { cty: "jwk+json" }, { zip: "DEF" }]) {
    await writeFile(path, await sealed(content, header));
    await assertRejects("keystore/damaged", readKeyFile(path, passphrase), JSON.stringify(header));
  }
});

test("a file that asks for too many rounds is refused at once", async (t) => {
  const path = join(await directoryFor(t), "keys.jwe");
  const [header = "", ...rest] = (await sealed(canonicalBytes({ keys: [] }))).split(".");
  for (const p2c of [maxDerivationRounds + 1, Number.MAX_SAFE_INTEGER]) {
    const costly = Buffer.from(header, "base64url").toString().replace('"p2c":1000', `"p2c":${p2c}`);
    await writeFile(path, [Buffer.from(costly).toString("base64url"), ...rest].join("."));
    const start = performance.now();
    await assertRejects("keystore/too-costly", readKeyFile(path, passphrase));
    assert.ok(performance.now() - start < 200, "derivation would take a second");
  }
});

test("decrypted content that is no set of sound keys is damaged, and no message shows it", async (t) => {
  const path = join(await directoryFor(t), "keys.jwe");
  const [stored] = keys;
  assert.ok(stored);
  const [kid, other] = ["kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", keys[1]?.key.d];
  const good = { ...stored.key, kid, purpose: "transaction" };
  const contents = [
    utf8(`{ "keys": ["${stored.key.d}"] }`),
    utf8(stored.key.d),
    canonicalBytes({ keys: [good] }),
    canonicalBytes({ keys: [{ ...good, d: other }] }),
    canonicalBytes({ keys: [{ ...good, d: `${stored.key.d}A` }] }),
    canonicalBytes({ keys: [{ ...stored.key, purpose: "transaction" }] }),
    canonicalBytes({ keys: [good], more: stored.key.d }),
  ];
  for (const content of contents) {
    await writeFile(path, await sealed(content));
    const error = await errorOf(async () => readKeyFile(path, passphrase));
    assert.ok("code" in error);
    assert.equal(error.code, "keystore/damaged");
    assert.equal(error.cause, undefined);
    for (const secret of secrets) assert.ok(!`${error.stack} ${JSON.stringify(error)}`.includes(secret.slice(0, 12)));
  }
});

test("no refusal of a passphrase shows it", async (t) => {
  const path = join(await directoryFor(t), "keys.jwe");
  await writeFile(path, await sealed(canonicalBytes({ keys: [] })));
  const error = await errorOf(async () => readKeyFile(path, utf8("a very wrong passphrase")));
  assert.ok(!`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`.includes("very wrong"));
});
