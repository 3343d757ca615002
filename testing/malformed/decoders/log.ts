import { concat, fromBase64url, fromUtf8, utf8 } from "@firmament/core/bytes";
import { decodeConsistency, encodeConsistency } from "@firmament/core/challenge";
import { type Cid, ContentFold, cidText, formatCid, asCid, decodeRoot, openNode, parseCid } from "@firmament/core/cid";
import {
  cosignatureLine,
  decodeCosignature,
  decodeEntry,
  decodeEntryBundle,
  encodeCosignature,
  encodeEntryBundle,
  formatCheckpoint,
  formatNote,
  formatTilePath,
  formatTlogProof,
  formatVkey,
  openNote,
  parseCheckpoint,
  parseNote,
  parseTilePath,
  parseTlogProof,
  parseVkey,
} from "@firmament/core/log";
import { decodeTwoHistories, encodeTwoHistories } from "@firmament/core/evidence";
import { assertMultiproof } from "@firmament/core/state";
import { nodeCrypto } from "@firmament/crypto";
import { edKey } from "../../vectors/golden/keys.ts";
import { type Decoder, document, exact, parsed, sealed } from "../decoder.ts";
import { goldenBundles, goldenLedger } from "../golden.ts";

const checkpointText = formatCheckpoint({ origin: goldenLedger, root: new Uint8Array(32).fill(7), size: 123_456 });
const signer = edKey("a cosigner of malformed notes");
const publicKey = fromBase64url(signer.key.kty === "OKP" ? signer.key.x : "");
const key = { name: "alpha.example", publicKey };
const cosignature = {
  signature: await signer.sign(utf8(`cosignature/v1\ntime 1767225600\n${checkpointText}`)),
  time: 1_767_225_600,
};
const note = formatNote({ signatures: [cosignatureLine(nodeCrypto, key, cosignature)], text: checkpointText });
const hashes = [1, 2, 3].map((fill) => new Uint8Array(32).fill(fill));
const proof = formatTlogProof({ checkpoint: note, extra: utf8("extra"), index: 77, path: hashes });
const vkeys = (["ed25519", "cosignature/v1"] as const).map((type) => formatVkey(nodeCrypto, { ...key, type }));

const MIB = 1_048_576;

function folded(sizes: readonly number[]) {
  const fold = new ContentFold(nodeCrypto);
  for (const [i, size] of sizes.entries()) fold.addDigest(nodeCrypto.sha256(Uint8Array.of(i)), size);
  return fold.finish();
}

const content = folded([MIB, MIB, 77]);
const node = content.nodes[0]?.bytes ?? new Uint8Array(0);
const rootNode = { digest: parseCid(content.cid).digest, level: 1, size: content.size } as const;

function nodeBytes(parts: readonly { readonly digest: Uint8Array; readonly size: number }[]): Uint8Array {
  const fold = new ContentFold(nodeCrypto);
  for (const { digest, size } of parts) fold.addDigest(digest, size);
  return fold.finish().nodes[0]?.bytes ?? new Uint8Array(0);
}

const entries = goldenBundles.map(({ entry }) => entry);
const entryBundle = encodeEntryBundle(entries);

const [golden] = goldenBundles;
if (golden === undefined) throw new Error("the golden bundle is missing");
const { proof: multiproof } = golden.parts.classPart;

/** Decoders of log, content addresses and proofs. */
export const logDecoders: readonly Decoder[] = [
  document({ name: "decodeEntry", samples: entries, decode: decodeEntry }),
  exact("bytes", {
    name: "decodeEntryBundle",
    samples: [entryBundle],
    decode: (bytes) => decodeEntryBundle(bytes, entries.length),
    encode: encodeEntryBundle,
  }),
  exact("text", {
    name: "decodeConsistency",
    samples: [encodeConsistency({ checkpoint: note, from: 77, path: hashes })],
    decode: decodeConsistency,
    encode: encodeConsistency,
  }),
  exact("text", {
    name: "parseCheckpoint",
    samples: [utf8(checkpointText)],
    decode: (bytes) => parseCheckpoint(fromUtf8(bytes)),
    encode: (found) => utf8(formatCheckpoint(found)),
  }),
  exact("text", { name: "parseNote", samples: [note], decode: (bytes) => parseNote(bytes), encode: formatNote }),
  exact("text", {
    name: "openNote",
    samples: [note],
    decode: (bytes) => {
      const found = parseNote(bytes);
      openNote(nodeCrypto, found, [{ ...key, type: "cosignature/v1" }]);
      return found;
    },
    encode: formatNote,
  }),
  exact("text", {
    name: "parseVkey",
    samples: vkeys.map((text) => utf8(text)),
    decode: (bytes) => parseVkey(nodeCrypto, fromUtf8(bytes)),
    encode: (found) => utf8(formatVkey(nodeCrypto, found)),
  }),
  exact("bytes", {
    name: "decodeCosignature",
    samples: [encodeCosignature(cosignature)],
    decode: decodeCosignature,
    encode: encodeCosignature,
  }),
  exact("text", {
    name: "parseTilePath",
    samples: ["tile/0/x001/x234/067.p/89", "tile/entries/000", "tile/63/x009/x007/x199/x254/x740/991.p/1"].map((text) =>
      utf8(text),
    ),
    decode: (bytes) => parseTilePath(fromUtf8(bytes)),
    encode: (tile) => utf8(formatTilePath(tile)),
  }),
  exact("text", {
    name: "parseTlogProof",
    samples: [proof],
    decode: (bytes) => parseTlogProof(bytes),
    encode: formatTlogProof,
  }),
  exact("text", {
    name: "parseCid",
    samples: [utf8(content.cid), utf8(formatCid({ codec: "raw", digest: new Uint8Array(32) }))],
    decode: (bytes) => parseCid(fromUtf8(bytes)),
    encode: (parts) => utf8(formatCid(parts)),
  }),
  exact("text", {
    name: "asCid",
    samples: [utf8(content.cid)],
    decode: (bytes): Cid => asCid(fromUtf8(bytes)),
    encode: (cid) => utf8(cid),
  }),
  parsed({ name: "cidText", samples: [content.cid], decode: (value) => cidText(value, "cid") }),
  exact("bytes", { name: "decodeRoot", samples: [node], decode: decodeRoot, encode: ({ parts }) => nodeBytes(parts) }),
  sealed("bytes", { name: "openNode", samples: [node], decode: (bytes) => openNode(nodeCrypto, rootNode, bytes) }),
  exact("json", {
    name: "decodeTwoHistories",
    samples: [
      encodeTwoHistories({
        first: note,
        path: hashes,
        root: new Uint8Array(32),
        second: note,
        trust: golden.parts.classPart.trust,
      }),
    ],
    decode: decodeTwoHistories,
    encode: encodeTwoHistories,
  }),
  sealed("bytes", {
    name: "assertMultiproof",
    samples: [concat(multiproof.shape, multiproof.hashes)],
    decode: (bytes) => {
      const { length } = multiproof.shape;
      const found = { hashes: bytes.subarray(length), shape: bytes.subarray(0, length) };
      assertMultiproof(nodeCrypto, { proof: found, ...golden.state });
    },
  }),
];
