import { refusalsOf } from "@firmament/core/errors";

/** Refusals that every agent's HTTP front gives for the same cause. */
export const httpErrors = {
  "http/keys": {
    status: 405,
    rule: "A body must have exactly the members of its interface, each once, a file last.",
    remedy: "Send the members that the message names, and no others.",
  },
  "http/form": {
    status: 400,
    rule: "A request must have the form of its interface.",
    remedy: "Compare the request with the interface's description.",
  },
  "http/public-key": {
    status: 403,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "publicKey must be a sound public key in PEM form (SPKI).",
    remedy: "Export it with `openssl pkey -pubout`; never send a private key.",
  },
  "http/signature": {
    status: 403,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "A signature must be standard base64 of its bytes.",
    remedy: "Encode the signature's bytes with padding, on one line.",
  },
  "http/cut": {
    status: 400,
    rule: "A body must arrive whole.",
    remedy: "Send it again; nothing of it was kept.",
  },
  "http/too-large": {
    status: 413,
    rule: "A body and each of its parts must stay below their limits.",
    remedy: "Send less, or ask the operator for a higher limit.",
  },
  "http/busy": {
    status: 503,
    rule: "A front reads a bounded number of files at a time, and fewer of one author.",
    remedy: "Send the request again after the seconds that the header retry-after names; nothing of it was kept.",
  },
  "http/media-type": {
    status: 415,
    rule: "A body must have a media type that the interface takes.",
    remedy: "Send application/json, or multipart/form-data where a file belongs to it.",
  },
  "http/path": {
    status: 404,
    rule: "A request must name a path and a method of the agent.",
    remedy: "Compare both with the interface's description.",
  },
  "http/fault": {
    status: 500,
    rule: "The agent met a fault of its own.",
    remedy: "Tell the operator the time of the request; the cause stands in the agent's log.",
  },
} as const;

export const refuse = refusalsOf(httpErrors);
