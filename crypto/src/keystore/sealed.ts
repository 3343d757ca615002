import { fromBase64url } from "@firmament/core/bytes";
import { base64urlOf, decodeCanonical, integer, object, oneOf } from "@firmament/core/codec";
import { Refusal } from "@firmament/core/errors";
import { refuse } from "./errors.ts";
import { opensKeyWrap } from "./key-wrap.ts";

/** Bytes of a key file. */
export const maxKeyFileBytes = 131_072;

/** PBKDF2 rounds of a new file: OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA512. */
export const derivationRounds = 210_000;

/** Rounds beyond which a file is refused before anything is derived: ten times the work of our own. */
export const maxDerivationRounds = 2_000_000;

// Most processes of a consortium open no key file.
const jose = () => import("jose");

const ALG = "PBES2-HS512+A256KW";
const ENC = "A256GCM";
/** What is sealed: a JWK Set (RFC 7517 section 7), or a record of an agent's own. */
export type SealedType = "json" | "jwk-set+json";

const header = object({
  alg: oneOf(ALG),
  cty: oneOf("json", "jwk-set+json"),
  enc: oneOf(ENC),
  p2c: integer(1),
  p2s: base64urlOf(16),
});
const nonce = base64urlOf(12);
const tag = base64urlOf(16);
const ciphertext = base64urlOf(1, maxKeyFileBytes);
// Exactly 40 bytes: OpenSSL also opens a wrapping of 16 bytes, which holds no key (Wycheproof aes_wrap tcId 22).
const wrappedKey = base64urlOf(40);

type Wrapping = Parameters<typeof opensKeyWrap>[1];

// jose reads base64url leniently; here every part has one spelling.
function parse(text: string, type: SealedType): Wrapping {
  const [first, second, third, fourth, fifth, ...rest] = text.split(".");
  const encoded = base64urlOf(2, 512)(first, "header");
  const found = header(decodeCanonical(fromBase64url(encoded), { maxBytes: 512, maxDepth: 1 }), "header");
  if (found.cty !== type) throw refuse("keystore/damaged", `It holds ${found.cty}, not ${type}.`);
  const wrapped = fromBase64url(wrappedKey(second, "key"));
  nonce(third, "nonce");
  ciphertext(fourth, "ciphertext");
  tag(fifth, "tag");
  if (rest.length > 0) throw refuse("keystore/damaged", "It has more than five parts.");
  return { alg: found.alg, rounds: found.p2c, salt: fromBase64url(found.p2s), wrappedKey: wrapped };
}

function parseOrDamaged(text: string, type: SealedType): Wrapping {
  try {
    return parse(text, type);
  } catch (cause) {
    if (cause instanceof Refusal) throw refuse("keystore/damaged", "", { cause });
    throw cause;
  }
}

/** Encrypts as a compact JWE (RFC 7516 section 7.1) under a passphrase. */
export async function seal(
  plaintext: Uint8Array,
  passphrase: Uint8Array,
  type: SealedType = "jwk-set+json",
): Promise<string> {
  const { CompactEncrypt } = await jose();
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({ alg: ALG, cty: type, enc: ENC })
    .setKeyManagementParameters({ p2c: derivationRounds })
    .encrypt(passphrase);
}

/**
 * Opens what {@link seal} made.
 *
 * @throws Refusal `keystore/damaged`, `keystore/too-costly`, `keystore/passphrase`
 */
export async function unseal(
  text: string,
  passphrase: Uint8Array,
  type: SealedType = "jwk-set+json",
): Promise<Uint8Array> {
  const wrapping = parseOrDamaged(text, type);
  if (wrapping.rounds > maxDerivationRounds) {
    throw refuse("keystore/too-costly", `It asks for ${wrapping.rounds} rounds, the limit is ${maxDerivationRounds}.`);
  }
  const { compactDecrypt, errors } = await jose();
  try {
    const { plaintext } = await compactDecrypt(text, passphrase, {
      contentEncryptionAlgorithms: [ENC],
      keyManagementAlgorithms: [ALG],
      maxPBES2Count: maxDerivationRounds,
    });
    return plaintext;
  } catch (error) {
    if (!(error instanceof errors.JWEDecryptionFailed)) throw error;
    throw refuse((await opensKeyWrap(passphrase, wrapping)) ? "keystore/damaged" : "keystore/passphrase");
  }
}
