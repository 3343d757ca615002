import { equal } from "@firmament/core/bytes";
import type { Algorithm, Crypto, PublicKey } from "@firmament/core/keys";

interface Verified {
  readonly algorithm: Algorithm;
  /** Frozen: what was true of it stays true. */
  readonly key: PublicKey;
  readonly signature: Uint8Array;
}

function nameOf(key: PublicKey): string {
  switch (key.kty) {
    case "EC":
      return `${key.kty}.${key.x}.${key.y}`;
    case "OKP":
      return `${key.kty}.${key.x}`;
    case "RSA":
      return `${key.kty}.${key.n}`;
  }
}

function unchanging(key: PublicKey): PublicKey {
  return Object.isFrozen(key) ? key : Object.freeze({ ...key });
}

// Records of the state give the same frozen key again and again.
function isSame(known: PublicKey, key: PublicKey): boolean {
  return known === key || nameOf(known) === nameOf(key);
}

/**
 * A crypto port that remembers the true signature of a message as long as its caller holds the message: a transaction is
 * checked when it is taken, when it is proposed and when it is executed, and whether it is true depends on nothing but its
 * bytes and the key. Messages are told apart by their identity, so nobody may write to one.
 */
export function rememberingSignatures(crypto: Crypto): Crypto {
  const held = new WeakMap<Uint8Array, Verified>();
  return {
    ...crypto,
    verify(algorithm, key, message, signature) {
      const known = held.get(message);
      if (known?.algorithm === algorithm && isSame(known.key, key) && equal(known.signature, signature)) return true;
      const isTrue = crypto.verify(algorithm, key, message, signature);
      if (isTrue) held.set(message, { algorithm, key: unchanging(key), signature: Uint8Array.from(signature) });
      return isTrue;
    },
  };
}
