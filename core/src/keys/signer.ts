import type { Algorithm, PublicKey } from "./port.ts";

/**
 * One private key in the hands of its owner. The key lies in an encrypted file, a PKCS#11 token or a TPM of the
 * actor that it names, and never leaves it: callers see bytes go in and a signature come out. Whoever holds a
 * `Signer` can speak for that actor, so only the actor's own process has one; the core and the ledgers never do.
 */
export interface Signer {
  /** RFC 7638 thumbprint of `key`. */
  readonly kid: string;
  readonly key: PublicKey;
  readonly algorithm: Algorithm;
  /**
   * Signs with the purpose already inside `message`; the result satisfies the protocol's own equation (ES256 in
   * low-s form). May take as long as a person takes to touch a token; rejects where the token is gone or refuses.
   * Signing twice is harmless, so the caller may retry.
   */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
