import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { concat, fromHex, toBase64url, toHex, utf8 } from "@firmament/core/bytes";
import { keyId, type PublicKey, type Signer } from "@firmament/core/keys";
import { nodeCrypto, privateKey, softwareSigner } from "@firmament/crypto";
import type { TestOrganisation } from "../../kit/index.ts";
import { p256Point, signDeterministically } from "./rfc6979.ts";

// Test keys: whoever reads this file has them. No ledger but the golden one may know them.
const seedOf = (name: string) => nodeCrypto.sha256(utf8(`firmament golden test key: ${name}`));

const ED25519_PKCS8 = fromHex("302e020100300506032b657004220420");

/** Ed25519 is deterministic by itself. */
export function edKey(name: string): Signer {
  const der = Buffer.from(concat(ED25519_PKCS8, seedOf(name)));
  return softwareSigner(
    privateKey(createPrivateKey({ format: "der", key: der, type: "pkcs8" }).export({ format: "jwk" })),
  );
}

export function ecKey(name: string): Signer {
  const secret = seedOf(name);
  const { x, y } = p256Point(secret);
  const key: PublicKey = { crv: "P-256", kty: "EC", x: toBase64url(x), y: toBase64url(y) };
  return {
    algorithm: "ES256",
    key,
    kid: keyId(nodeCrypto, key),
    sign: (message) => Promise.resolve(signDeterministically(secret, message)),
  };
}

/** RS384 with PKCS #1 v1.5 is deterministic; its key cannot be made from a seed and stands beside this file. */
export function rsaKey(): Signer {
  return softwareSigner(privateKey(JSON.parse(readFileSync(join(import.meta.dirname, "rsa-test-key.json"), "utf8"))));
}

export function goldenOrganisation(name: string): TestOrganisation {
  return {
    admin: ecKey(`${name} admin`),
    approver: ecKey(`${name} approver`),
    author: ecKey(`${name} author agent`),
    cosigner: edKey(`${name} cosigner`),
    name,
    node: edKey(`${name} node`),
    registerAgent: edKey(`${name} register agent`),
    peer: toHex(seedOf(`${name} peer`).subarray(0, 20)),
    root: edKey(`${name} root`),
    validator: edKey(`${name} validator`),
  };
}
