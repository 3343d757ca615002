import { refusalsOf } from "@firmament/core/errors";

export const tlsErrors = {
  "tls/credentials": {
    status: 500,
    rule: "An organisation's tls/service.pem holds a key and a leaf in force of its authority, for its owner's eyes only.",
    remedy: "Issue it anew with the authority's key; set its mode to 0600.",
  },
  "tls/device": {
    status: 400,
    rule: "Over https a device shows a certificate in force, and believes the authority that lies beside it in tls/.",
    remedy: "Run `firmament device certify <folder>` at its owner's; nobody else may read tls/device.pem.",
  },
  "tls/target": {
    status: 502,
    rule: "Over TLS only the addresses of network.json are asked, each for the one organisation that it belongs to.",
    remedy: "Correct the address, or name it in network.json.",
  },
  "tls/authority": {
    status: 502,
    rule: "Whoever is asked over TLS belongs to an active organisation whose authority is pinned in the ledger.",
    remedy: "Wait until the own node has caught up, or have the organisation put its authority on the ledger.",
  },
} as const;

export const refuse = refusalsOf(tlsErrors);
