/** Signature algorithms of the protocol, by their JOSE names (PROTOCOL K-1). */
export type Algorithm = "ES256" | "EdDSA" | "RS384";

/** A public key in its minimal RFC 7638 form: nothing but the members that make its thumbprint. */
export type PublicKey =
  | { readonly kty: "EC"; readonly crv: "P-256"; readonly x: string; readonly y: string }
  | { readonly kty: "OKP"; readonly crv: "Ed25519"; readonly x: string }
  | { readonly kty: "RSA"; readonly e: "AQAB"; readonly n: string };

/**
 * What the core asks of a cryptographic library. Pure functions: no state, no randomness, no key material but
 * what is passed in, and no bytes are kept or changed. `verify` may throw for nothing but a fault of the library; a
 * false signature is `false`.
 */
export interface Crypto {
  sha256(bytes: Uint8Array): Uint8Array;
  sha384(bytes: Uint8Array): Uint8Array;
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** Raw primitive check; the core has already refused what its own equation excludes (PROTOCOL K-4). */
  verify(algorithm: Algorithm, key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean;
}
