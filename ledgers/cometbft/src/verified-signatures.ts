import { concat, toBase64url, utf8 } from "@firmament/core/bytes";
import { canonicalText } from "@firmament/core/codec";
import type { Crypto } from "@firmament/core/keys";

const MAX_HELD = 16_384;

/**
 * A crypto port that remembers true signatures: a transaction is checked when it is taken, when it is proposed and when
 * it is executed, and whether it is true depends on nothing but its bytes and the key.
 */
export function rememberingSignatures(crypto: Crypto): Crypto {
  const held = new Set<string>();
  return {
    ...crypto,
    verify(algorithm, key, message, signature) {
      const text = utf8(`${algorithm}${canonicalText(key)}`);
      const id = toBase64url(crypto.sha256(concat(crypto.sha256(text), crypto.sha256(message), signature)));
      if (held.has(id)) return true;
      const isTrue = crypto.verify(algorithm, key, message, signature);
      if (isTrue) remember(held, id);
      return isTrue;
    },
  };
}

function remember(held: Set<string>, id: string): void {
  const [oldest] = held;
  if (held.size >= MAX_HELD && oldest !== undefined) held.delete(oldest);
  held.add(id);
}
