import { equal } from "@firmament/core/bytes";
import type { Crypto, PublicKey } from "@firmament/core/keys";

interface Verified {
  readonly key: string;
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
      const name = `${algorithm}.${nameOf(key)}`;
      if (known?.key === name && equal(known.signature, signature)) return true;
      const isTrue = crypto.verify(algorithm, key, message, signature);
      if (isTrue) held.set(message, { key: name, signature: Uint8Array.from(signature) });
      return isTrue;
    },
  };
}
