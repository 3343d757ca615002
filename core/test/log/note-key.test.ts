import assert from "node:assert/strict";
import { test } from "node:test";
import { toBase64, utf8 } from "@firmament/core/bytes";
import { formatNote, formatVkey, keyIdOf, openNote, parseNote, parseVkey } from "@firmament/core/log";
import type { Note, NoteKey, NoteSignature } from "@firmament/core/log";
import { crypto, publicKeyOf, signEd25519 } from "./support/node-crypto.ts";
import { assertRefuses } from "./support/refusals.ts";

const seed = new Uint8Array(32).fill(7);
const key: NoteKey = { type: "ed25519", name: "a.example", publicKey: publicKeyOf(seed) };
const text = "text\n";

const signedBy = (signer: NoteKey, signature: Uint8Array): NoteSignature => ({
  name: signer.name,
  keyId: keyIdOf(crypto, signer),
  signature,
});
const good = signedBy(key, signEd25519(seed, utf8(text)));
const bad = signedBy(key, signEd25519(seed, utf8("other\n")));
const stranger = signedBy({ ...key, name: "b.example" }, new Uint8Array(64));
const noteOf = (...signatures: NoteSignature[]): Note => parseNote(formatNote({ text, signatures }));

test("a key's text holds its id and comes back", () => {
  for (const type of ["ed25519", "cosignature/v1"] as const) {
    const vkey = formatVkey(crypto, { ...key, type });
    assert.equal(vkey.split("+")[1], keyIdOf(crypto, { ...key, type }));
    assert.deepEqual(parseVkey(crypto, vkey), { ...key, type });
  }
});

test("each rule of a key's text has its refusal", () => {
  const [name, id, base64] = [key.name, keyIdOf(crypto, key), formatVkey(crypto, key).split("+").slice(2).join("+")];
  assertRefuses("log/vkey-form", () => parseVkey(crypto, `${name}+${id}`));
  assertRefuses("log/vkey-form", () => parseVkey(crypto, `${name}+${id.toUpperCase()}x+${base64}`));
  assertRefuses("log/vkey-form", () => parseVkey(crypto, `${name}+${id}+${toBase64(new Uint8Array(32).fill(1))}`));
  assertRefuses("log/vkey-type", () => parseVkey(crypto, `${name}+${id}+${toBase64(new Uint8Array(33).fill(9))}`));
  assertRefuses("log/vkey-type", () => parseVkey(crypto, `${name}+${id}+`));
  assertRefuses("log/vkey-key-id", () => parseVkey(crypto, `${name}+00000000+${base64}`));
  assertRefuses("log/vkey-key-id", () => parseVkey(crypto, `${name}x+${id}+${base64}`));
  assertRefuses("log/note-name", () => parseVkey(crypto, `+${id}+${base64}`));
  assertRefuses("bytes/base64", () => parseVkey(crypto, `${name}+${id}+${base64}!`));
  const weak = formatVkey(crypto, { ...key, publicKey: new Uint8Array(32) });
  assertRefuses("keys/point", () => parseVkey(crypto, weak));
});

test("lines of unknown keys are passed over, a key counts once", () => {
  const found = openNote(crypto, noteOf(stranger, good, good), [key]);
  assert.deepEqual(found, [{ type: "ed25519", key }]);
});

test("a false line of a trusted key condemns the note, wherever a true one stands", () => {
  const other: NoteKey = { ...key, name: "c.example" };
  const otherGood = signedBy(other, signEd25519(seed, utf8(text)));
  assertRefuses("log/note-signature", () => openNote(crypto, noteOf(bad), [key]));
  assertRefuses("log/note-signature", () => openNote(crypto, noteOf(otherGood, bad), [key, other]));
  assertRefuses("log/note-signature", () => openNote(crypto, noteOf(signedBy(key, new Uint8Array(63))), [key]));
});

test("a note without a trusted key's line is refused, also where the id is another's", () => {
  assertRefuses("log/note-unverified", () => openNote(crypto, noteOf(stranger), [key]));
  assertRefuses("log/note-unverified", () => openNote(crypto, noteOf(good), []));
  assertRefuses("log/note-unverified", () => openNote(crypto, noteOf({ ...good, keyId: "00000000" }), [key]));
});

test("a key of one type verifies no line of the other", () => {
  assertRefuses("log/note-unverified", () => openNote(crypto, noteOf(good), [{ ...key, type: "cosignature/v1" }]));
});

test("two trusted keys of one name and id are refused where the note names them", () => {
  assertRefuses("log/note-ambiguous-key", () => openNote(crypto, noteOf(good), [key, key]));
  const other: NoteKey = { ...key, name: "c.example" };
  assert.equal(openNote(crypto, noteOf(good), [key, other, other]).length, 1);
});
