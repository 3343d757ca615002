import { fromHex, toHex, utf8 } from "../bytes/index.ts";
import type { Crypto } from "./port.ts";
import { selfTestVectors, type SignatureVector } from "./vectors/index.ts";
import { verifySignature } from "./verify.ts";

// FIPS 180-2 appendices B.1 and D.1 ("abc"); RFC 4231 section 4.3 (test case 2).
const digests: readonly (readonly [name: string, expected: string, compute: (crypto: Crypto) => Uint8Array])[] = [
  [
    "SHA-256",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    (crypto) => crypto.sha256(utf8("abc")),
  ],
  [
    "SHA-384",
    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    (crypto) => crypto.sha384(utf8("abc")),
  ],
  [
    "HMAC-SHA-256",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    (crypto) => crypto.hmacSha256(utf8("Jefe"), utf8("what do ya want for nothing?")),
  ],
];

function agrees(crypto: Crypto, vector: SignatureVector): boolean {
  const signature = fromHex(vector.signature);
  return verifySignature(crypto, vector.key, fromHex(vector.message), signature) === vector.valid;
}

/**
 * Compares a cryptographic library with the protocol's equation (PROTOCOL K-5). A node calls it before it joins a
 * ledger: a library that decides one signature otherwise would fork it from the others.
 *
 * @throws Error naming the vector where the library differs; it is a fault of the platform, not a refusal
 */
export function selfTest(crypto: Crypto): void {
  for (const [name, expected, compute] of digests) {
    if (toHex(compute(crypto)) !== expected) throw new Error(`the platform computes another ${name}`);
  }
  for (const vector of selfTestVectors) {
    if (agrees(crypto, vector)) continue;
    throw new Error(`the platform ${vector.valid ? "refuses" : "accepts"} the signature vector "${vector.name}"`);
  }
}
