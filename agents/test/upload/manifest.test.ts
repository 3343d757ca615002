import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalBytes } from "@firmament/core/codec";
import { nodeCrypto } from "@firmament/crypto";
import { requireManifest, requirePayload } from "../../src/upload/index.ts";
import { streamOf } from "../support/bytes.ts";
import { inlineManifest, manifest } from "../support/samples.ts";

const optional = ["manifestVersion", "stored", "vendorID"];

for (const name of Object.keys(manifest).filter((each) => !optional.includes(each))) {
  test(`a manifest without ${name} is refused`, () => {
    const { [name as keyof typeof manifest]: _, ...rest } = manifest;
    assert.throws(() => requireManifest(nodeCrypto, canonicalBytes(rest)), {
      code: "upload/manifest",
      error: "ERR_INCORRECT_MANIFEST_FORMAT",
      status: 403,
    });
  });
}

test("a manifest with an unknown field is refused", () => {
  const more = canonicalBytes({ ...manifest, unknown: 1 });
  assert.throws(() => requireManifest(nodeCrypto, more), {
    code: "upload/manifest",
    error: "ERR_INCORRECT_MANIFEST_FORMAT",
  });
});

test("a manifest that contradicts itself keeps the core's own code", () => {
  const wrong = canonicalBytes({ ...manifest, size: manifest.size + 1 });
  assert.throws(() => requireManifest(nodeCrypto, wrong), {
    code: "manifest/size",
    error: "ERR_PAYLOAD_NOT_VERIFIABLE",
  });
});

test("what the crypto port throws is a fault", () => {
  const broken = { ...nodeCrypto, sha384: (): never => assert.fail("broken") };
  assert.throws(() => requireManifest(broken, canonicalBytes(inlineManifest())), assert.AssertionError);
});

test("stored bytes come with their manifest, and inline ones without a file", () => {
  const file = streamOf("bytes");
  requirePayload(manifest, file);
  requirePayload(inlineManifest(), undefined);
  assert.throws(
    () => {
      requirePayload(manifest, undefined);
    },
    { code: "upload/payload-missing", status: 405 },
  );
  assert.throws(
    () => {
      requirePayload(inlineManifest(), file);
    },
    { code: "upload/payload-surplus", status: 405 },
  );
});
