import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalBytes } from "@firmament/core/codec";
import { decodeManifest } from "@firmament/core/manifest";
import { assertRefuses } from "./support/refusals.ts";
import { crypto, decodeWith, describe, honest, image, storedAs } from "./support/sample.ts";

const mandatory = [
  "classID",
  "dependencies",
  "encryptionWrapper",
  "image",
  "monotonicSequenceNumber",
  "payloadDigest",
  "payloadFormat",
  "size",
  "storageLocation",
  "versionID",
] as const;

test("an honest manifest comes back from its bytes", () => {
  assert.deepEqual(decodeManifest(crypto, canonicalBytes(honest)), honest);
});

test("every mandatory field is mandatory", () => {
  for (const name of mandatory) assertRefuses("codec/missing-member", () => decodeWith({ [name]: undefined }), name);
});

test("a field that the format does not know is refused at every depth", () => {
  assertRefuses("codec/unknown-member", () => decodeWith({ manifestDigest: honest.payloadDigest }));
  assertRefuses("codec/unknown-member", () => decodeWith({ aditionalInstructions: "x" }));
  assertRefuses("codec/unknown-member", () => decodeWith({ image: { ...honest.image, md5: "00" } }));
  assertRefuses("codec/unknown-member", () =>
    decodeWith({ dependencies: [{ classID: "a", versionID: "1", url: "x" }] }),
  );
});

test("all optional fields are accepted, and only inside their bounds", () => {
  const optional = {
    additionalInstructions: "restart the pump first",
    manifestVersion: 1,
    payloadIndicator: ["coap://[2001:db8::1]/fw"],
    payloadProcessing: [{ algorithm: "aes-256-gcm", parameters: "iv=00" }, { algorithm: "zstd" }],
    vendorID: "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  };
  assert.deepEqual(decodeWith(optional), { ...honest, ...optional });
  assertRefuses("codec/value", () => decodeWith({ additionalInstructions: "two\nlines" }));
  assertRefuses("codec/value", () => decodeWith({ payloadIndicator: [] }));
  assertRefuses("codec/value", () =>
    decodeWith({ payloadProcessing: Array.from({ length: 9 }, () => ({ algorithm: "a" })) }),
  );
  assertRefuses("codec/value", () =>
    decodeWith({ dependencies: Array.from({ length: 33 }, () => ({ classID: "a", versionID: "1" })) }),
  );
  assertRefuses("codec/value", () => decodeWith({ monotonicSequenceNumber: 0 }));
  assertRefuses("codec/number", () => decodeManifest(crypto, Buffer.from('{"size":1.5}')));
});

test("[S4-53] a manifest of a later version of the format is refused, not guessed at", () => {
  assert.equal(decodeWith({ manifestVersion: 1 }).manifestVersion, 1);
  for (const manifestVersion of [0, 2, "1"]) assertRefuses("codec/value", () => decodeWith({ manifestVersion }));
});

test("a manifest over 16 KiB or nested too deep is refused before it is parsed", () => {
  assertRefuses("codec/too-large", () => decodeManifest(crypto, new Uint8Array(16_385)));
  assertRefuses("codec/too-deep", () => decodeWith({ image: [[[[[[[[1]]]]]]]] }));
});

test("digest and size of the payload are those of the image", () => {
  const other = describe(Buffer.from("another image"));
  assertRefuses("manifest/digest", () => decodeWith({ payloadDigest: other.sha384 }));
  assertRefuses("manifest/size", () => decodeWith({ size: honest.size + 1 }));
});

test("a payload is stored or inline, never both and never neither", () => {
  assertRefuses("manifest/stored", () => decodeWith({ stored: undefined }));
  assertRefuses("manifest/stored", () => decodeWith({ payload: image.toString("base64") }));
});

test("what is stored is the image itself, unless something processes or encrypts it", () => {
  const stored = storedAs(Buffer.from("a ciphertext, longer than the image"));
  assertRefuses("manifest/stored", () => decodeWith({ stored }));
  const wrapped = decodeWith({ encryptionWrapper: { scheme: "ecdh-es", value: "eyJ" }, stored });
  assert.deepEqual(wrapped.stored, stored);
  assert.deepEqual(decodeWith({ payloadProcessing: [{ algorithm: "zstd" }], stored }).stored, stored);
});

test("a CID is one, and where the content is one piece it is that of the digest", () => {
  const other = storedAs(Buffer.from("another image")).cid;
  assertRefuses("manifest/cid", () => decodeWith({ stored: { ...honest.stored, cid: other } }));
  assertRefuses("cid/text", () =>
    decodeWith({ stored: { ...honest.stored, cid: "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG" } }),
  );
  const large = { ...describe(image), size: 2 ** 21 };
  const changes = { image: large, size: large.size };
  assertRefuses("manifest/cid", () => decodeWith({ ...changes, stored: { ...large, cid: honest.stored?.cid } }));
});

test("an inline payload has the image's bytes and at most 1,024 of them", () => {
  const inline = (payload: Uint8Array, described = payload) => {
    const digests = describe(described);
    return decodeWith({
      image: digests,
      payload: Buffer.from(payload).toString("base64"),
      payloadDigest: digests.sha384,
      size: digests.size,
      stored: undefined,
    });
  };
  assert.equal(inline(Buffer.alloc(1024)).size, 1024);
  assertRefuses("manifest/inline", () => inline(Buffer.alloc(1025)));
  assertRefuses("manifest/inline", () => inline(Buffer.alloc(7), Buffer.alloc(8)));
  assertRefuses("manifest/digest", () => inline(Buffer.alloc(8, 1), Buffer.alloc(8, 2)));
  assertRefuses("codec/value", () => inline(Buffer.alloc(1027)));
  assertRefuses("bytes/base64", () => decodeWith({ payload: "QR==", stored: undefined }));
});
