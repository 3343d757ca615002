import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { type PublicKey, publicKey } from "@firmament/core/keys";
import { refuse } from "./errors.ts";
import { type PrivateKey, privateKey, privateKeyObject } from "./private-key.ts";

const maxPemCharacters = 16_384;
const block = /^-----BEGIN ([A-Z ]+)-----\r?\n[A-Za-z0-9+/=\r\n]+-----END \1-----\s*$/;

// Node would also take a certificate, or the private key where a public one is asked for.
function requireLabel(pem: string, ...labels: readonly string[]): void {
  const label = pem.length <= maxPemCharacters ? block.exec(pem)?.[1] : undefined;
  if (label === undefined || !labels.includes(label)) throw refuse("pem/format", `Expected ${labels.join(" or ")}.`);
}

// Without a cause: OpenSSL's error may speak of the secret's content.
function jwkOf(load: () => KeyObject): unknown {
  try {
    return load().export({ format: "jwk" });
  } catch {
    throw refuse("pem/format", "OpenSSL cannot read it.");
  }
}

/**
 * A public key from SPKI (`PUBLIC KEY`) or PKCS#1 (`RSA PUBLIC KEY`, as source 004's clients send it).
 *
 * @throws Refusal `pem/format`, `keys/…`, `codec/…`
 */
export function publicKeyFromPem(pem: string): PublicKey {
  requireLabel(pem, "PUBLIC KEY", "RSA PUBLIC KEY");
  return publicKey(
    jwkOf(() => createPublicKey(pem)),
    "key",
  );
}

/** SPKI, PEM. */
export function publicKeyToPem(key: PublicKey): string {
  return createPublicKey({ key: { ...key }, format: "jwk" })
    .export({ format: "pem", type: "spki" })
    .toString();
}

/**
 * A private key from unencrypted PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`).
 *
 * @throws Refusal `pem/format`, `private-key/malformed`; neither holds the key
 */
export function privateKeyFromPem(pem: string): PrivateKey {
  requireLabel(pem, "PRIVATE KEY", "RSA PRIVATE KEY");
  return privateKey(jwkOf(() => createPrivateKey(pem)));
}

/** PKCS#8, PEM, not encrypted: only for the owner's own tools. */
export function privateKeyToPem(key: PrivateKey): string {
  return privateKeyObject(key).export({ format: "pem", type: "pkcs8" }).toString();
}
