import { refusalsOf } from "../errors/index.ts";

export const codecErrors = {
  "codec/too-large": {
    status: 413,
    rule: "A document must not exceed its size limit.",
    remedy: "Send a smaller document; the limits stand in docs/PROTOCOL.md, clause Z-1.",
  },
  "codec/too-deep": {
    status: 400,
    rule: "A document must not nest deeper than its limit.",
    remedy: "Flatten the document; the limits stand in docs/PROTOCOL.md, clause Z-1.",
  },
  "codec/json": {
    status: 400,
    rule: "The bytes must be one JSON value.",
    remedy: "Send RFC 8785 canonical JSON.",
  },
  "codec/not-canonical": {
    status: 400,
    rule: "JSON must be in the canonical form of RFC 8785, without duplicate members.",
    remedy: "Serialise with sorted members, no spaces and no duplicates.",
  },
  "codec/number": {
    status: 400,
    rule: "A number must be an integer between -(2^53-1) and 2^53-1.",
    remedy: "Write integers only; use text for anything else.",
  },
  "codec/type": {
    status: 400,
    rule: "A member must have the type that the format gives it.",
    remedy: "Compare the document with its format in docs/PROTOCOL.md.",
  },
  "codec/value": {
    status: 400,
    rule: "A member must have a value that the format allows.",
    remedy: "Compare the document with its format in docs/PROTOCOL.md.",
  },
  "codec/missing-member": {
    status: 400,
    error: "ERR_INCORRECT_MANIFEST_FORMAT",
    rule: "Every mandatory member must be present.",
    remedy: "Add the member that the message names.",
  },
  "codec/unknown-member": {
    status: 400,
    error: "ERR_INCORRECT_MANIFEST_FORMAT",
    rule: "No member may be present that the format does not know.",
    remedy: "Remove the member that the message names.",
  },
  "codec/cbor": {
    status: 400,
    rule: "The bytes must be one item of deterministic CBOR (RFC 8949 section 4.2.1) in the profile of docs/PROTOCOL.md, clause C-2.",
    remedy: "Fetch the bundle again; it was not written by a conforming encoder or was altered.",
  },
} as const;

export const refuse = refusalsOf(codecErrors);
