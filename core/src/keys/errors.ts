import { refusalsOf } from "../errors/index.ts";

export const keysErrors = {
  "keys/point": {
    status: 400,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "An elliptic curve key must be a point of its curve in canonical form and not of small order.",
    remedy: "Generate a fresh key with a maintained tool and send its public part.",
  },
  "keys/modulus": {
    status: 400,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "An RSA key must have an odd modulus of 2048 to 4096 bits, written in whole bytes without leading zeros.",
    remedy: "Generate an RSA key of 2048, 3072 or 4096 bits with exponent 65537.",
  },
  "keys/raw": {
    status: 400,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "A bare key has 32 bytes (Ed25519), 64 (P-256) or 256 to 512 (RSA).",
    remedy: "Write the key as docs/PROTOCOL.md, clause K-8 says.",
  },
  "keys/signature": {
    status: 400,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "A signature must verify with the key that it names, by the equation of docs/PROTOCOL.md, clause K-4.",
    remedy: "Sign the exact bytes again with the right key; ES256 signatures must be in low-s form.",
  },
} as const;

export const refuse = refusalsOf(keysErrors);
