import { refusalsOf } from "@firmament/core/errors";

export const cryptoErrors = {
  "private-key/malformed": {
    status: 400,
    rule: "A private key must be a complete JWK of kind P-256, Ed25519 or RSA with a sound public half.",
    remedy: "Generate a fresh key with `firmament key generate`, or convert the old one to PKCS#8 first.",
  },
  "private-key/mismatch": {
    status: 400,
    rule: "The private and the public half of a key must belong together.",
    remedy: "Import the key again from its source; never use a key whose halves differ.",
  },
  "pem/format": {
    status: 400,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "A key in PEM form must be one block: PUBLIC KEY or RSA PUBLIC KEY; PRIVATE KEY or RSA PRIVATE KEY.",
    remedy: "Convert it with `openssl pkey`; an encrypted private key must be decrypted for the import.",
  },
  "token/malformed": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A registration token must be a JWT with exactly iss, sub, jti, iat, exp and aud.",
    remedy: "Petition for a new token and send it unchanged.",
  },
  "token/algorithm": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A registration token must be signed with RS384.",
    remedy: "Petition for a new token and send it unchanged.",
  },
  "token/signature": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A registration token must bear the register agent's signature.",
    remedy: "Petition this register agent for a token.",
  },
  "token/expired": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A registration token must not be used after its end.",
    remedy: "Petition for a new token; it lives 30 minutes.",
  },
  "token/audience": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A registration token must be used on the ledger that it was made for.",
    remedy: "Petition for a token at a register agent of this ledger.",
  },
} as const;

export const refuse = refusalsOf(cryptoErrors);
