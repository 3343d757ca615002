import { createDecipheriv, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";
import { concat, utf8 } from "@firmament/core/bytes";

const derive = promisify(pbkdf2);

// RFC 3394 section 2.2.3.1.
const initialValue = new Uint8Array(8).fill(0xa6);

/**
 * Whether a passphrase opens a PBES2-HS512+A256KW key wrapping (RFC 7518 section 4.8, RFC 3394). The JWE library
 * answers one error for a wrong passphrase and for altered content; its owner needs to know which it is.
 *
 * @param wrappedKey 40 bytes
 */
export async function opensKeyWrap(
  passphrase: Uint8Array,
  wrapping: {
    readonly alg: string;
    readonly salt: Uint8Array;
    readonly rounds: number;
    readonly wrappedKey: Uint8Array;
  },
): Promise<boolean> {
  const salt = concat(utf8(wrapping.alg), Uint8Array.of(0), wrapping.salt);
  const key = await derive(passphrase, salt, wrapping.rounds, 32, "sha512");
  const decipher = createDecipheriv("id-aes256-wrap", key, initialValue);
  try {
    decipher.update(wrapping.wrappedKey);
    decipher.final();
    return true;
  } catch {
    return false;
  }
}
