import { refusalsOf } from "../errors/index.ts";

const FETCH_AGAIN = "Fetch the proof again from another node; if it fails there too, report both answers.";
const COMPARE_NOTE = "Compare the note with the format of c2sp.org/signed-note.";

export const logErrors = {
  "log/inclusion-range": {
    status: 400,
    rule: "An inclusion proof needs 0 <= index < size, both below 2^53.",
    remedy: "Ask for an index of the tree that the checkpoint names.",
  },
  "log/inclusion-length": {
    status: 422,
    rule: "An inclusion proof must have exactly the number of hashes that its index and size demand.",
    remedy: FETCH_AGAIN,
  },
  "log/inclusion-hash": {
    status: 422,
    rule: "Every hash of an inclusion proof must have 32 bytes.",
    remedy: FETCH_AGAIN,
  },
  "log/inclusion-root": {
    status: 422,
    rule: "An inclusion proof must lead from its leaf to the root.",
    remedy: FETCH_AGAIN,
  },
  "log/consistency-range": {
    status: 400,
    rule: "A consistency proof needs 1 <= from <= to, both below 2^53.",
    remedy: "Name a size that was seen before and a size that is not smaller.",
  },
  "log/consistency-length": {
    status: 422,
    rule: "A consistency proof must have exactly the number of hashes that its two sizes demand.",
    remedy: FETCH_AGAIN,
  },
  "log/consistency-hash": {
    status: 422,
    rule: "Every hash of a consistency proof must have 32 bytes.",
    remedy: FETCH_AGAIN,
  },
  "log/consistency-fork": {
    status: 422,
    rule: "Two trees of one size must have one root.",
    remedy: "Keep both checkpoints as evidence and report them: the log has forked.",
  },
  "log/consistency-old-root": {
    status: 422,
    rule: "A consistency proof must lead to the root of the smaller tree.",
    remedy: "Keep both checkpoints; if no other node proves them consistent, the log has forked.",
  },
  "log/consistency-new-root": {
    status: 422,
    rule: "A consistency proof must lead to the root of the larger tree.",
    remedy: "Keep both checkpoints; if no other node proves them consistent, the log has forked.",
  },
  "log/note-size": {
    status: 413,
    rule: "A note must not exceed its limits of bytes and signatures.",
    remedy: "Send fewer signatures; the limits stand in docs/PROTOCOL.md, clause Z-1.",
  },
  "log/note-form": {
    status: 400,
    rule: "A note must be text that ends in a line feed, an empty line, and one signature on a line each.",
    remedy: COMPARE_NOTE,
  },
  "log/note-character": {
    status: 400,
    rule: "A note must not contain control characters other than the line feed.",
    remedy: COMPARE_NOTE,
  },
  "log/note-name": {
    status: 400,
    rule: "A key name must have 1 to 255 characters, no space, no control character and no plus sign.",
    remedy: "Name the key as its origin, for example registry.example/main.",
  },
  "log/note-ambiguous-key": {
    status: 500,
    rule: "No two trusted keys that a note names may share a name and a key id.",
    remedy: "Remove the duplicate from the trusted keys.",
  },
  "log/note-signature": {
    status: 403,
    rule: "Every signature of a note that names a trusted key must be that key's.",
    remedy: "Discard the note: it was altered, or another key signed it under this name.",
  },
  "log/note-unverified": {
    status: 403,
    rule: "A note must carry a signature of at least one trusted key.",
    remedy: "Check that the trusted keys are those of this note's signers.",
  },
  "log/vkey-form": {
    status: 400,
    rule: "A verifier key must be <name>+<8 hex digits>+<base64 of type and key>.",
    remedy: "Copy the whole line from its publisher.",
  },
  "log/vkey-type": {
    status: 400,
    rule: "A verifier key must be of type 01 (Ed25519) or 04 (cosignature/v1).",
    remedy: "Ask the signer for an Ed25519 key.",
  },
  "log/vkey-key-id": {
    status: 400,
    rule: "A verifier key's id must be the one that follows from its name, type and key.",
    remedy: "Copy the whole line again from its publisher: a part of it was altered.",
  },
  "log/checkpoint-form": {
    status: 400,
    rule: "A checkpoint must have three lines: origin, size, root.",
    remedy: "Compare it with c2sp.org/tlog-checkpoint; extension lines are not accepted.",
  },
  "log/checkpoint-origin": {
    status: 400,
    rule: "A checkpoint's origin must be a line of its own without control characters.",
    remedy: "Use the ledger's id as the origin.",
  },
  "log/checkpoint-size": {
    status: 400,
    rule: "A checkpoint's size must be a decimal number below 2^53 without leading zeros.",
    remedy: "Write the number of entries in decimal.",
  },
  "log/checkpoint-root": {
    status: 400,
    rule: "A checkpoint's root must have 32 bytes.",
    remedy: "Write the SHA-256 root of the tree in base64.",
  },
  "log/cosignature-length": {
    status: 400,
    rule: "A cosignature must have 72 bytes: 8 of time and 64 of signature.",
    remedy: "Ask the cosigner for a cosignature/v1 with an Ed25519 key.",
  },
  "log/cosignature-time": {
    status: 400,
    rule: "A cosignature's time must be whole seconds since 1970 below 2^53.",
    remedy: "Correct the cosigner's clock.",
  },
  "log/cosignature-signature": {
    status: 403,
    rule: "A cosignature must be its cosigner's over this time and checkpoint.",
    remedy: "Discard the cosignature and ask the cosigner again.",
  },
  "log/tile-path": {
    status: 400,
    rule: "A tile path must be tile/<level or entries>/<index>[.p/<width>] in its one spelling.",
    remedy: "Compare the path with c2sp.org/tlog-tiles.",
  },
  "log/tile-range": {
    status: 404,
    rule: "A tile must exist at the log's size.",
    remedy: "Read the checkpoint first and ask for tiles of its size.",
  },
  "log/tile-bytes": {
    status: 422,
    rule: "A tile must hold 1 to 256 hashes of 32 bytes.",
    remedy: "Fetch the tile again from another node.",
  },
  "log/tile-missing": {
    status: 404,
    rule: "Every hash that a proof needs must be in a tile at hand.",
    remedy: "Fetch the tile that the message names; a full tile serves in place of a partial one.",
  },
  "log/entries-form": {
    status: 422,
    rule: "An entry bundle must hold exactly its width of length-prefixed entries.",
    remedy: "Fetch the bundle again from another node.",
  },
  "log/entries-length": {
    status: 413,
    rule: "An entry must have at most 65,535 bytes.",
    remedy: "Log the digest of a larger document.",
  },
  "log/proof-size": {
    status: 413,
    rule: "A tlog-proof must not exceed its limits of bytes and hashes.",
    remedy: "Fetch the proof again; the limits stand in docs/PROTOCOL.md, clause Z-1.",
  },
  "log/proof-form": {
    status: 400,
    rule: "A tlog-proof must be a header, an optional extra line, an index, hashes, an empty line and a checkpoint.",
    remedy: "Compare the file with c2sp.org/tlog-proof.",
  },
} as const;

export const refuse = refusalsOf(logErrors);
