import { refusalsOf } from "../errors/index.ts";

export const jwsErrors = {
  "jws/algorithm": {
    status: 400,
    rule: "The header's alg must be the one algorithm that is bound to the signing key.",
    remedy: "Write ES256 for a P-256 key, EdDSA for an Ed25519 key and RS384 for an RSA key.",
  },
  "jws/kid": {
    status: 400,
    rule: "The header's kid must be the RFC 7638 thumbprint of the signing key.",
    remedy: "Write the SHA-256 thumbprint of the public key as base64url.",
  },
  "jws/typ": {
    status: 400,
    rule: "The header's typ must name the purpose of the signature.",
    remedy: "Sign the document for the purpose that it is sent for; a signature for another purpose is not accepted.",
  },
  "jws/ledger": {
    status: 400,
    rule: "The header's ledger must be the ledger that the document is sent to.",
    remedy: "Sign the document again for this ledger; `firmament status` shows its id.",
  },
} as const;

export const refuse = refusalsOf(jwsErrors);
