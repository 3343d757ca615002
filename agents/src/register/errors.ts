import { refusalsOf } from "@firmament/core/errors";

export const registerAgentErrors = {
  "register-agent/not-registrable": {
    status: 403,
    error: "ERR_KEY_NOT_REGISTRABLE",
    rule: "A registration token goes to authors whose key an administrator of the vendor's organisation has approved.",
    remedy: "The petition is kept as pending; ask for the approval (firmament author approve), then petition again.",
  },
  "register-agent/token-missing": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A registration must bear its token in the header authorization: Bearer.",
    remedy: "Petition for a token first, and send it unchanged.",
  },
  "register-agent/token-author": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A token serves the author that it was made for.",
    remedy: "Petition for a token with this author's key.",
  },
  "register-agent/token-grant": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "The grant that a transaction cites must be the SHA-256 of the token beside it.",
    remedy: "Sign the transaction for the token that is sent.",
  },
  "register-agent/transaction-type": {
    status: 400,
    rule: "This path takes release.register only.",
    remedy: "Send other transactions to /v1/transactions.",
  },
  "register-agent/payload": {
    status: 403,
    error: "ERR_PAYLOAD_NOT_VERIFIABLE",
    rule: "The payload must have the size, the digests and the CID that the manifest names for the stored bytes.",
    remedy: "Send the bytes that the manifest describes, or make the manifest again from them.",
  },
  "register-agent/busy": {
    status: 429,
    rule: "Petitions by keys that nobody approved are taken in a bounded number each minute.",
    remedy: "Have the key approved first, or petition again in a minute.",
  },
  "register-agent/store-unavailable": {
    status: 503,
    error: "ERR_IPFS_NOT_AVAILABLE",
    rule: "The content store must take the payload; nothing was registered.",
    remedy: "Send the update again once the operator has mended the store.",
  },
  "register-agent/content-unstored": {
    status: 503,
    error: "ERR_IPFS_NOT_AVAILABLE",
    rule: "The release is registered and its content could not be stored, so it is not offered to any device.",
    remedy: "Complete it with PUT /v1/releases/<release>/content, or take it back with firmament release withdraw.",
  },
  "register-agent/release-ended": {
    status: 409,
    rule: "Content belongs to a release that names stored bytes and is neither revoked nor withdrawn.",
    remedy: "Register a new release.",
  },
  "register-agent/ledger-answer": {
    status: 502,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "The ledger's result must have the form of docs/PROTOCOL.md.",
    remedy: "Check that the address belongs to a ledger of this version.",
  },
} as const;

export const refuse = refusalsOf(registerAgentErrors);
