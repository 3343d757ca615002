import { type Bundle, decodeBundle, decodeDevice, encodeBundle, verifyBundle } from "@firmament/core/bundle";
import { toBase64url, utf8 } from "@firmament/core/bytes";
import { canonicalBytes, decodeCanonical, decodeCbor, encodeCbor } from "@firmament/core/codec";
import { decodeSignedEntry } from "@firmament/core/journal";
import { decodeManifest } from "@firmament/core/manifest";
import {
  decodeGenesis,
  decodeGenesisBody,
  decodeTransaction,
  encodeGenesis,
  type Genesis,
} from "@firmament/core/registry";
import { decodeTrustRoot } from "@firmament/core/trust";
import { decodeBootTable, decodeCounters, decodeMemory } from "@firmament/core/update";
import { nodeCrypto } from "@firmament/crypto";
import { foundingGenesis } from "../../kit/index.ts";
import { goldenOrganisation } from "../../vectors/golden/keys.ts";
import { type Decoder, document, exact, sealed } from "../decoder.ts";
import { goldenBundles, goldenTransactions } from "../golden.ts";

const [bundle, complete] = goldenBundles;
if (bundle === undefined || complete === undefined) throw new Error("the golden bundles are missing");

const members = ["alpha.example", "bravo.example"].map(goldenOrganisation);
const genesisFile = await foundingGenesis(members, { faults: 0 });
const genesisBody = canonicalBytes(decodeGenesis(nodeCrypto, genesisFile).body);

const four = ["alpha.example", "bravo.example", "charlie.example", "delta.example"].map(goldenOrganisation);
const bodyWithNodes = canonicalBytes(decodeGenesis(nodeCrypto, await foundingGenesis(four, { nodes: true })).body);

const digest = toBase64url(new Uint8Array(32));
const release = { manifestDigest: toBase64url(new Uint8Array(48)), release: digest, sequence: 7, version: "1.0.0" };
const digests = { sha256: "ab".repeat(32), sha384: "cd".repeat(48), size: 9 };
const image = { ...release, ...digests };
const component = { a: image, b: image, recovery: image, slotSize: 4096, storageLocation: "slot" };
const bootTable = {
  components: [component],
  confirmed: ["a"],
  previous: ["b"],
  trial: { bootsLeft: 1, places: ["b"], returned: false },
};
const offer = { ...release, floor: 0, image: digests, storageLocation: "slot", stored: { ...digests, cid: "b" } };
const memory = {
  failed: { releases: [digest], trials: 2 },
  targets: [{ bytes: 0, offer, pieces: 0, slot: "b" }],
};
const journalEntry = {
  entry: {
    device: "device-1",
    event: "confirmed",
    previous: digest,
    release: digest,
    sequence: 0,
    status: "",
    time: 1,
  },
  signature: "A".repeat(86),
};

type Decoded = ReturnType<typeof decodeTransaction>;

// A transaction's bytes from what the decoder made of them: signing input and signature.
function transactionBytes({ signature, signingInput }: Decoded): Uint8Array {
  const [head, payload] = Buffer.from(signingInput).toString().split(".");
  return canonicalBytes({ payload, protected: head, signature: toBase64url(signature) });
}

/** Decoders of the protocol's documents. */
export const documents: readonly Decoder[] = [
  document({
    name: "decodeCanonical",
    samples: [canonicalBytes({ a: [1, { b: "ü\u2028" }, true], z: -7 })],
    decode: (bytes) => decodeCanonical(bytes),
  }),
  exact("cbor", {
    name: "decodeCbor",
    samples: [encodeCbor([0, 23, 24, 256, 65_536, 2 ** 40, "text", new Uint8Array(30), [[], ["ü"]]])],
    decode: (bytes) => decodeCbor(bytes, { maxBytes: 4096, maxDepth: 4, maxItems: 64 }),
    encode: encodeCbor,
  }),
  exact("cbor", {
    name: "decodeBundle",
    samples: [bundle.bytes, complete.bytes],
    decode: decodeBundle,
    encode: (value: Bundle) => encodeBundle(value),
  }),
  ...goldenBundles.map(({ bytes, device, now }) =>
    sealed("cbor", {
      name: "verifyBundle",
      samples: [bytes],
      decode: (found) => verifyBundle(found, { crypto: nodeCrypto, device, now }),
      most: 250,
    }),
  ),
  document({
    name: "decodeDevice",
    samples: goldenBundles.map(({ deviceBytes }) => deviceBytes),
    decode: decodeDevice,
  }),
  exact("json", {
    name: "decodeTrustRoot",
    samples: bundle.parts.classPart.trust.map((step) => step.document),
    decode: (bytes) => decodeTrustRoot(nodeCrypto, bytes),
    encode: (root) => canonicalBytes(root.document),
  }),
  document({ name: "decodeGenesisBody", samples: [genesisBody, bodyWithNodes], decode: decodeGenesisBody }),
  exact("json", {
    name: "decodeGenesis",
    samples: [genesisFile],
    decode: (bytes) => decodeGenesis(nodeCrypto, bytes),
    encode: ({ body, trust }: Genesis) => encodeGenesis(canonicalBytes(body), trust),
  }),
  exact("json", {
    name: "decodeTransaction",
    samples: goldenTransactions.map(({ bytes }) => bytes),
    decode: (bytes) => decodeTransaction(nodeCrypto, bytes),
    encode: transactionBytes,
  }),
  document({
    name: "decodeManifest",
    samples: goldenBundles.flatMap(({ parts }) => parts.classPart.releases.map(({ manifest }) => manifest)),
    decode: (bytes) => decodeManifest(nodeCrypto, bytes),
  }),
  document({ name: "decodeSignedEntry", samples: [canonicalBytes(journalEntry)], decode: decodeSignedEntry }),
  document({ name: "decodeBootTable", samples: [canonicalBytes(bootTable)], decode: decodeBootTable }),
  document({ name: "decodeMemory", samples: [canonicalBytes(memory)], decode: decodeMemory }),
  document({ name: "decodeCounters", samples: [utf8("[0,7,9007199254740991]")], decode: decodeCounters }),
];
