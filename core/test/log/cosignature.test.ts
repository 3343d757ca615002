import assert from "node:assert/strict";
import { test } from "node:test";
import { concat, fromBase64, toHex, utf8 } from "@firmament/core/bytes";
import {
  assertCosignature,
  cosignatureLine,
  cosignatureMessage,
  cosignerKeyId,
  decodeCosignature,
  encodeCosignature,
  formatCheckpoint,
  formatNote,
  formatVkey,
  openNote,
  parseNote,
  parseVkey,
} from "@firmament/core/log";
import type { CosignerKey } from "@firmament/core/log";
import { crypto, publicKeyOf, signEd25519 } from "./support/node-crypto.ts";
import { assertRefuses } from "./support/refusals.ts";
import { present } from "./support/stored-log.ts";
import { needsVectors, readVectors } from "./support/vectors.ts";

interface SigningVectors {
  keys: { name: string; skey: string; cosig_vkey: string }[];
  sign: { key: number; text_utf8: string; time: string; sig_hex: string }[];
}

const seed = new Uint8Array(32).fill(9);
const key: CosignerKey = { name: "witness.example", publicKey: publicKeyOf(seed) };
const text = formatCheckpoint({ origin: "registry.example/main", size: 5, root: new Uint8Array(32) });
const cosign = (time: number, over = text): Uint8Array =>
  encodeCosignature({ time, signature: signEd25519(seed, cosignatureMessage(time, over)) });

const seedOf = (skey: string): Uint8Array => fromBase64(skey.split("+").slice(4).join("+")).subarray(1);

test("3 keys and 6 cosignatures are what Go writes", needsVectors, () => {
  const { keys, sign } = readVectors<SigningVectors>("notes/cosignature-sign.json");
  for (const { name, skey, cosig_vkey: vkey } of keys) {
    const publicKey = publicKeyOf(seedOf(skey));
    assert.equal(formatVkey(crypto, { type: "cosignature/v1", name, publicKey }), vkey);
    assert.equal(cosignerKeyId(crypto, { name, publicKey }), vkey.split("+")[1]);
    assert.deepEqual(Buffer.from(parseVkey(crypto, vkey).publicKey), Buffer.from(publicKey));
  }
  for (const vector of sign) {
    const { name, skey } = present(keys[vector.key]);
    const time = Number(vector.time);
    const signature = signEd25519(seedOf(skey), cosignatureMessage(time, vector.text_utf8));
    const bytes = encodeCosignature({ time, signature });
    assert.equal(toHex(bytes), vector.sig_hex);
    const signer = { name, publicKey: publicKeyOf(seedOf(skey)) };
    assert.equal(assertCosignature(crypto, signer, vector.text_utf8, bytes), time);
  }
  assert.deepEqual([keys.length, sign.length], [3, 6]);
});

test("the signed message names its purpose, the time and the whole text", () => {
  assert.deepEqual(cosignatureMessage(1_679_315_147, text), utf8(`cosignature/v1\ntime 1679315147\n${text}`));
});

test("a cosignature in a note is found with its time", () => {
  const { time, signature } = decodeCosignature(cosign(1_700_000_000));
  const note = parseNote(formatNote({ text, signatures: [cosignatureLine(crypto, key, { time, signature })] }));
  const trusted = { ...key, type: "cosignature/v1" } as const;
  assert.deepEqual(openNote(crypto, note, [trusted]), [{ type: "cosignature/v1", key: trusted, time: 1_700_000_000 }]);
});

test("a cosignature holds for one time, one text and one key", () => {
  const bytes = cosign(1_700_000_000);
  const later = concat(cosign(1_700_000_001).subarray(0, 8), bytes.subarray(8));
  const stranger = { ...key, publicKey: publicKeyOf(new Uint8Array(32)) };
  assertRefuses("log/cosignature-signature", () => assertCosignature(crypto, key, text, later));
  assertRefuses("log/cosignature-signature", () => assertCosignature(crypto, key, `${text}more\n`, bytes));
  assertRefuses("log/cosignature-signature", () => assertCosignature(crypto, stranger, text, bytes));
  const plain = concat(bytes.subarray(0, 8), signEd25519(seed, utf8(text)));
  assertRefuses("log/cosignature-signature", () => assertCosignature(crypto, key, text, plain));
});

test("another length or a time beyond 2^53 is refused", () => {
  const bytes = cosign(0);
  assertRefuses("log/cosignature-length", () => decodeCosignature(bytes.subarray(1)));
  assertRefuses("log/cosignature-length", () => decodeCosignature(concat(bytes, Uint8Array.of(0))));
  assertRefuses("log/cosignature-length", () => encodeCosignature({ time: 0, signature: new Uint8Array(63) }));
  assertRefuses("log/cosignature-time", () => decodeCosignature(concat(Uint8Array.of(0, 0x20), bytes.subarray(2))));
  assertRefuses("log/cosignature-time", () => cosignatureMessage(-1, text));
  assertRefuses("log/cosignature-time", () => encodeCosignature({ time: 0.5, signature: new Uint8Array(64) }));
  const last = encodeCosignature({ time: 2 ** 53 - 1, signature: new Uint8Array(64) });
  assert.equal(decodeCosignature(last).time, 2 ** 53 - 1);
});
