import assert from "node:assert/strict";
import { parsePetition } from "@firmament/agents/http";
import { type Announcement, announcementJson, parseAnnouncement } from "@firmament/agents/witness";
import { fromBase64url, fromUtf8, toBase64, toBase64url, utf8 } from "@firmament/core/bytes";
import { nodeCrypto, publicKeyFromPem, publicKeyToPem } from "@firmament/crypto";
import type { Block } from "@firmament/replica";
import { prepareRelease } from "../../kit/index.ts";
import { edKey } from "../../vectors/golden/keys.ts";
import { type Decoder, parsed } from "../decoder.ts";
import { goldenLedger, goldenTransactions } from "../golden.ts";
import { privateModule } from "../private-module.ts";

interface Wire {
  readonly blockLine: (block: Block) => string;
  readonly parseBlock: (line: string) => Block;
  readonly parseReceipt: (value: unknown) => unknown;
  readonly parseStatus: (value: unknown) => unknown;
}
const wire = await privateModule<Wire>("ledgers/http/src/wire.ts");

interface Update {
  readonly parseFields: (reader: object, fields: object) => unknown;
  readonly parseJsonBody: (reader: object, body: unknown) => unknown;
}
const update = await privateModule<Update>("agents/src/author/update.ts");
const upload = await privateModule<{ readonly registration: (value: unknown, path: string) => unknown }>(
  "agents/src/upload/registration.ts",
);

const digest = toBase64url(new Uint8Array(32));
const receipt = { height: 1, index: 2, result: { decided: true, list: [1, "x"] }, time: 3, transaction: digest };
const status = { engineHeight: 9, height: 1, ledger: goldenLedger, root: digest, size: 2, time: 3 };
const block = { height: 1, time: 2, transactions: goldenTransactions.slice(0, 2).map(({ bytes }) => fromUtf8(bytes)) };

const author = edKey("an author of malformed updates");
const pem = publicKeyToPem(author.key);
const prepared = await prepareRelease({ author, sequence: 1_767_225_600_000 });
const standard = (text: string): string => toBase64(fromBase64url(text));
const signed = {
  authorManifestSign: standard(prepared.signature),
  authorSign: standard(prepared.payloadSignature),
  manifest: JSON.parse(fromUtf8(prepared.manifest)) as unknown,
};
const reader = { crypto: nodeCrypto, maxPayloadCharacters: 65_536, readKey: publicKeyFromPem };
const petition = { message: "a message", publicKey: pem, signedMessage: toBase64(new Uint8Array(64)) };

// An update's manifest comes as a JSON value in any spelling; what counts is that it is the one that was signed.
const isSigned = (value: unknown): void => {
  const found = value as { readonly update?: { readonly manifest: Uint8Array }; readonly manifest?: Uint8Array };
  assert.deepEqual(found.update?.manifest ?? found.manifest, prepared.manifest);
};

/** Decoders at the edges: the bodies of requests to agents and nodes, and the answers of a ledger. */
export const edges: readonly Decoder[] = [
  parsed({
    name: "parsePetition",
    samples: [petition],
    decode: (value) => parsePetition(value, publicKeyFromPem),
    json: ({ body }) => body,
  }),
  parsed({
    name: "parseAnnouncement",
    samples: [{ keyId: "0a1b2c3d", root: digest, signature: "A".repeat(86), size: 7, time: 8 }],
    decode: parseAnnouncement,
    json: (found: Announcement) => announcementJson(found),
  }),
  {
    ...parsed({
      name: "parseJsonBody",
      samples: [{ publicKey: pem, update: signed }],
      decode: (value) => update.parseJsonBody(reader, value),
    }),
    accepted: isSigned,
  },
  {
    ...parsed({
      name: "parseFields",
      samples: [signed],
      decode: (value) => update.parseFields(reader, { publicKey: pem, update: value }),
    }),
    accepted: isSigned,
  },
  parsed({
    name: "registration",
    samples: [{ receipt, release: digest, state: "STORED" }],
    decode: (value) => upload.registration(value, "registration"),
  }),
  parsed({ name: "parseReceipt", samples: [receipt], decode: wire.parseReceipt }),
  parsed({ name: "parseStatus", samples: [status], decode: wire.parseStatus }),
  {
    name: "parseBlock",
    form: "json",
    samples: [utf8(JSON.stringify(block))],
    decode: (bytes) => wire.parseBlock(fromUtf8(bytes)),
    accepted: (value, bytes) =>
      assert.deepEqual(JSON.parse(wire.blockLine(value as Block)), JSON.parse(fromUtf8(bytes))),
  },
];
