import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { agentServer, formBody, readForm } from "../../src/http/index.ts";
import { bytesOf, streamOf } from "../support/bytes.ts";

// The form as the receiving front reads it.
async function parsed(fields: Readonly<Record<string, string>>, file?: readonly Uint8Array[]) {
  const { limits, server } = agentServer({ ready: async () => undefined });
  server.post("/", async (request) => {
    const form = await readForm(request, limits, { fields: Object.keys(fields), file: "payload" });
    const payload = form.payload === undefined ? "none" : Buffer.from(await bytesOf(form.payload)).toString("hex");
    return { ...form.fields, payload };
  });
  const { chunks, contentType } = formBody(fields, "payload", file === undefined ? undefined : streamOf(...file));
  const payload = Buffer.from(await bytesOf(chunks));
  const answer = await server.inject({ method: "POST", url: "/", payload, headers: { "content-type": contentType } });
  await server.close();
  return answer.json<Record<string, string>>();
}

test("any field text and any file come back as they were written", async () => {
  const file = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.string(), file, async (text, chunks) => {
      const found = await parsed({ transaction: text }, chunks);
      assert.deepEqual(found, { payload: Buffer.concat(chunks).toString("hex"), transaction: text });
    }),
    { numRuns: 25 },
  );
});

test("a form without a file has none", async () => {
  assert.deepEqual(await parsed({ a: "1", b: "2" }), { a: "1", b: "2", payload: "none" });
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
