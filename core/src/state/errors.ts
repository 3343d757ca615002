import { refusalsOf } from "../errors/index.ts";

export const stateErrors = {
  "state/key-table": {
    status: 400,
    rule: "A state key's table must have 1 to 32 bytes of UTF-8.",
    remedy: "Name a table of docs/PROTOCOL.md.",
  },
  "state/key-parts": {
    status: 400,
    rule: "A state key must have as many parts as its table asks for, and at most 8.",
    remedy: "Compare the key with its table in docs/PROTOCOL.md.",
  },
  "state/key-part": {
    status: 400,
    rule: "A part of a state key must have at most 512 bytes of UTF-8.",
    remedy: "Use a shorter name.",
  },
  "state/proof-targets": {
    status: 400,
    rule: "A state proof must be asked for 1 to 64 different keys.",
    remedy: "Ask for every key once, and for more keys in several proofs.",
  },
  "state/proof-size": {
    status: 413,
    rule: "A state proof must not exceed its size limits.",
    remedy: "Fetch the proof again; no conforming prover writes one of this size.",
  },
  "state/proof-form": {
    status: 400,
    rule: "A state proof must be the one spelling of its keys' walk, without gap or surplus.",
    remedy: "Fetch the proof again; it was made for other keys, or was altered.",
  },
  "state/proof-key": {
    status: 422,
    rule: "A key that is claimed absent must not have a leaf standing at its path.",
    remedy: "Fetch the record together with its proof; the record exists, or the path is taken.",
  },
  "state/proof-root": {
    status: 422,
    rule: "A state proof must lead to the expected state root.",
    remedy:
      "Fetch the records and the proof of the entry that is being verified; a value was altered or is of another version.",
  },
} as const;

export const refuse = refusalsOf(stateErrors);
