import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64, fromHex, fromUtf8, utf8 } from "@firmament/core/bytes";
import {
  decodeCosignature,
  formatNote,
  formatVkey,
  keyIdOf,
  openNote,
  parseNote,
  parseVkey,
} from "@firmament/core/log";
import type { NoteKey } from "@firmament/core/log";
import { crypto, publicKeyOf, signEd25519 } from "./support/node-crypto.ts";
import { assertRefuses, codeOf } from "./support/refusals.ts";
import { present } from "./support/stored-log.ts";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface NoteCase {
  id: string;
  vkeys: string[];
  note?: string;
  note_base64?: string;
  expect: "ok" | "unverified" | "malformed" | "ambiguous-key" | "invalid-signature";
  verified?: string[];
}

interface Signing {
  skey?: string;
  generate_from_seed_hex?: string;
  name?: string;
  vkey?: string;
  text?: string;
  signed?: string;
  line?: string;
}

interface NoteVectors {
  signing: Signing[];
  vkeys: { vkey: string; valid: boolean; comment?: string }[];
  notes: NoteCase[];
  cosignature_timestamp: { base64: string; time?: number }[];
}

const file = "notes/signed-notes.json";

// ECDSA (02), RFC 6962 tree heads (05) and ML-DSA-44 (06) are other people's key types.
function hasForeignType(vkey: string): boolean {
  const base64 = vkey.split("+").slice(2).join("+");
  return [2, 5, 6].includes(Buffer.from(base64, "base64")[0] ?? 0);
}

test(
  "25 vkeys: 14 of the 17 valid ones are Ed25519, the 3 ECDSA ones have a type that is not ours",
  needsVectors,
  () => {
    const { vkeys } = readVectors<NoteVectors>(file);
    const accepted = vkeys.filter(({ vkey, valid }) => {
      const code = codeOf(() => parseVkey(crypto, vkey));
      if (valid && hasForeignType(vkey)) assert.equal(code, "log/vkey-type", vkey);
      else assert.equal(code === undefined, valid, `${vkey} ${code}`);
      if (code === undefined) assert.equal(formatVkey(crypto, parseVkey(crypto, vkey)), vkey);
      return code === undefined;
    });
    assert.deepEqual([vkeys.length, accepted.length], [25, 14]);
  },
);

const refusals: Readonly<Record<NoteCase["expect"], readonly (string | undefined)[]>> = {
  ok: [undefined],
  unverified: ["log/note-unverified"],
  malformed: ["log/note-form", "log/note-character", "log/note-size", "bytes/utf8"],
  "ambiguous-key": ["log/note-ambiguous-key"],
  "invalid-signature": ["log/note-signature"],
};

const bytesOf = (vector: NoteCase): Uint8Array =>
  vector.note_base64 === undefined ? utf8(vector.note ?? "") : fromBase64(vector.note_base64);

test("33 signed notes of eight projects; 4 are signed by foreign key types alone", needsVectors, () => {
  const { notes } = readVectors<NoteVectors>(file);
  let foreign = 0;
  for (const vector of notes) {
    const keys = vector.vkeys.filter((vkey) => !hasForeignType(vkey)).map((vkey) => parseVkey(crypto, vkey));
    const isForeign = vector.vkeys.length > 0 && keys.length === 0;
    const code = codeOf(() => openNote(crypto, parseNote(bytesOf(vector)), keys));
    const expected = isForeign ? ["log/note-unverified"] : refusals[vector.expect];
    if (isForeign) foreign++;
    if (vector.id === "pixel-611-armored-witness") continue;
    assert.ok(expected.includes(code), `${vector.id}: ${code}`);
  }
  assert.deepEqual([notes.length, foreign], [33, 4]);
});

test("the keys that each note names as verified are the ones found", needsVectors, () => {
  const { notes } = readVectors<NoteVectors>(file);
  for (const vector of notes.filter(({ verified }) => verified !== undefined)) {
    const keys = vector.vkeys.map((vkey) => parseVkey(crypto, vkey));
    const found = openNote(crypto, parseNote(bytesOf(vector)), keys).map(
      ({ key }) => `${key.name}+${keyIdOf(crypto, key)}`,
    );
    assert.deepEqual(found, vector.verified, vector.id);
  }
});

test("the two Armored Witness cosignatures of a Pixel checkpoint verify as cosignature/v1 keys", needsVectors, () => {
  const vector = present(readVectors<NoteVectors>(file).notes.find(({ id }) => id === "pixel-611-armored-witness"));
  const keys = vector.vkeys.slice(1).map((vkey): NoteKey => ({ ...parseVkey(crypto, vkey), type: "cosignature/v1" }));
  const found = openNote(crypto, parseNote(bytesOf(vector)), keys);
  assert.deepEqual(
    found.map(({ key }) => key.name),
    ["ArmoredWitness-small-breeze", "ArmoredWitness-autumn-wood"],
  );
});

test("Ed25519 notes are signed as Go signs them", needsVectors, () => {
  const { signing } = readVectors<NoteVectors>(file);
  for (const { skey, generate_from_seed_hex: hex, name: given, vkey, text, signed, line } of signing) {
    const parts = skey?.split("+") ?? [];
    const seed = hex === undefined ? fromBase64(parts.slice(4).join("+")).subarray(1) : fromHex(hex);
    const key: NoteKey = { type: "ed25519", name: given ?? parts[2] ?? "", publicKey: publicKeyOf(seed) };
    if (vkey !== undefined) assert.equal(formatVkey(crypto, key), vkey);
    if (text === undefined) continue;
    const signature = { name: key.name, keyId: keyIdOf(crypto, key), signature: signEd25519(seed, utf8(text)) };
    const note = formatNote({ text, signatures: [signature] });
    assert.equal(fromUtf8(note), signed ?? `${text}\n${line}`);
    assert.equal(openNote(crypto, parseNote(note), [key]).length, 1);
  }
});

test("the time of a cosignature is read, another length is refused", needsVectors, () => {
  const [good, short] = readVectors<NoteVectors>(file).cosignature_timestamp;
  const blob = (vector: { base64: string } | undefined): Uint8Array => fromBase64(present(vector).base64).subarray(4);
  assert.equal(decodeCosignature(blob(good)).time, good?.time);
  assertRefuses("log/cosignature-length", () => decodeCosignature(blob(short)));
});
