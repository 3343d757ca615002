import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import {
  generateKey,
  privateKeyFromPem,
  privateKeyToPem,
  publicKeyFromPem,
  publicKeyToPem,
  publicPart,
} from "@firmament/crypto";
import { assertRefuses, errorOf } from "./support/refusals.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const wrap = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

test("SPKI and PKCS#8 lead back to the same key, for every algorithm", async () => {
  for (const algorithm of ["ES256", "EdDSA", "RS384"] as const) {
    const key = await generateKey(algorithm);
    assert.deepEqual(privateKeyFromPem(privateKeyToPem(key)), key);
    assert.deepEqual(publicKeyFromPem(publicKeyToPem(publicPart(key))), publicPart(key));
    assert.match(publicKeyToPem(publicPart(key)), /^-----BEGIN PUBLIC KEY-----\n/);
  }
});

test("PKCS#1 is accepted for RSA, as the clients of source 004 write it", () => {
  const pkcs1 = rsa.privateKey.export({ format: "pem", type: "pkcs1" }).toString();
  const pkcs8 = rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  assert.deepEqual(privateKeyFromPem(pkcs1), privateKeyFromPem(pkcs8));
  const publicPkcs1 = rsa.publicKey.export({ format: "pem", type: "pkcs1" }).toString();
  assert.deepEqual(publicKeyFromPem(publicPkcs1), publicPart(privateKeyFromPem(pkcs1)));
});

test("line ends of Windows are accepted, anything around the block is not", () => {
  const pem = rsa.publicKey.export({ format: "pem", type: "spki" }).toString();
  assert.deepEqual(publicKeyFromPem(pem.replaceAll("\n", "\r\n")), publicKeyFromPem(pem));
  assertRefuses("pem/format", () => publicKeyFromPem(`Hello\n${pem}`));
  assertRefuses("pem/format", () => publicKeyFromPem(pem + pem));
  assertRefuses("pem/format", () => publicKeyFromPem(`${pem}${" ".repeat(16_384)}`));
  assertRefuses("pem/format", () => publicKeyFromPem(""));
  assertRefuses("pem/format", () => publicKeyFromPem(wrap("PUBLIC KEY", "AAAA")));
});

test("a private key is no public key, and no other container is opened", () => {
  const secret = rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  assertRefuses("pem/format", () => publicKeyFromPem(secret));
  assertRefuses("pem/format", () =>
    privateKeyFromPem(rsa.publicKey.export({ format: "pem", type: "spki" }).toString()),
  );
  assertRefuses("pem/format", () => publicKeyFromPem(wrap("CERTIFICATE", "AAAA")));
  const encrypted = rsa.privateKey.export({ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "x" });
  assertRefuses("pem/format", () => privateKeyFromPem(encrypted.toString()));
  const legacy = rsa.privateKey.export({ format: "pem", type: "pkcs1", cipher: "aes-256-cbc", passphrase: "x" });
  assertRefuses("pem/format", () => privateKeyFromPem(legacy.toString()));
});

test("keys outside the protocol's table are refused by their kind", () => {
  const spki = (key: ReturnType<typeof generateKeyPairSync>["publicKey"]) =>
    key.export({ format: "pem", type: "spki" }).toString();
  assertRefuses("codec/value", () =>
    publicKeyFromPem(spki(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey)),
  );
  assertRefuses("codec/value", () => publicKeyFromPem(spki(generateKeyPairSync("x25519").publicKey)));
  assertRefuses("keys/modulus", () =>
    publicKeyFromPem(spki(generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey)),
  );
  const e3 = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 });
  assertRefuses("codec/value", () => publicKeyFromPem(spki(e3.publicKey)));
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  assertRefuses("private-key/malformed", () =>
    privateKeyFromPem(small.export({ format: "pem", type: "pkcs8" }).toString()),
  );
});

test("a damaged private key is refused without showing any of it", async () => {
  const pem = rsa.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const lines = pem.split("\n");
  const error = await errorOf(() => privateKeyFromPem([...lines.slice(0, 5), ...lines.slice(6)].join("\n")));
  assert.equal(error.cause, undefined);
  for (const line of lines.slice(1, -2)) assert.ok(!`${error.stack}`.includes(line));
});
