import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formBody } from "../../src/http/index.ts";
import { bytesOf, streamOf } from "../support/bytes.ts";

async function parsed(fields: Readonly<Record<string, string>>, file?: readonly Uint8Array[]): Promise<FormData> {
  const { chunks, contentType } = formBody(fields, "payload", file === undefined ? undefined : streamOf(...file));
  const body = Uint8Array.from(await bytesOf(chunks));
  return new Response(body, { headers: { "content-type": contentType } }).formData();
}

test("any field text and any file come back as they were written", async () => {
  const file = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.string(), file, async (text, chunks) => {
      const form = await parsed({ transaction: text }, chunks);
      assert.equal(form.get("transaction"), text);
      const found = form.get("payload");
      assert.ok(found instanceof File);
      assert.deepEqual(Buffer.from(await found.arrayBuffer()), Buffer.concat(chunks));
    }),
    { numRuns: 50 },
  );
});

test("a form without a file has none", async () => {
  const form = await parsed({ a: "1", b: "2" });
  assert.deepEqual([...form.keys()], ["a", "b"]);
});

test("a source that fails leaves a body without its closing line", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1);
    throw new Error("gone");
  }
  const { chunks, contentType } = formBody({}, "payload", failing());
  const written: Uint8Array[] = [];
  await assert.rejects(async () => {
    for await (const chunk of chunks) written.push(chunk);
  }, /gone/);
  const boundary = contentType.slice(contentType.indexOf("firmament-"));
  assert.ok(!Buffer.concat(written).toString("latin1").includes(`--${boundary}--`));
});
