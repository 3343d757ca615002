import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { Release } from "@firmament/core/registry";
import { publicKeyFromPem } from "@firmament/crypto";
import type { HttpLimits } from "../../src/http/index.ts";
import { registerServer } from "../../src/register/index.ts";
import { openUpload } from "../support/open-upload.ts";
import { image, manifest, newSigner, now } from "../support/samples.ts";
import { registerBench } from "./bench.ts";

const { cid = "", sha256 = "" } = manifest.stored ?? {};
const common = { approvals: [], className: "sensor", manifestDigest: "A".repeat(64), organisation: "alpha.example" };
const life = { receipts: [], registered: 1, revocations: [], sequence: 1, state: "REGISTERED" } as const;
const stored = { cid, sha256, size: image.length };

/** A register agent that listens, and two authors with a release without content each. */
async function listening(limits: Partial<HttpLimits>) {
  const { author, content, releases, service, tokens } = await registerBench();
  const faults: unknown[] = [];
  const log = (_event: string, details: unknown) => faults.push(details);
  const server = registerServer(service, { limits, log, readKey: publicKeyFromPem });
  await server.listen({ host: "127.0.0.1", port: 0 });
  const other = await newSigner();
  const ids = new Map([author, other].map(({ kid }, i) => [kid, "AB".charAt(i).repeat(42) + "A"]));
  for (const [kid, id] of ids) {
    releases.set(id, { ...common, ...life, author: kid, stored, version: "1.0.0" } satisfies Release);
  }
  const upload = async (kid: string) => {
    const token = await tokens.mint({ author: kid, ends: now + 1800, issued: now });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" };
    const path = `/v1/releases/${ids.get(kid) ?? ""}/content`;
    return openUpload(server, { headers, method: "PUT", path }, image.subarray(0, 1));
  };
  /** Begins uploads one by one, each once the one before is being read. */
  const begin = async (...kids: readonly string[]) => {
    const open = [];
    for (const kid of kids) {
      const before = content.events.length;
      open.push(await upload(kid));
      while (content.events.length === before) await turn();
    }
    return open;
  };
  return {
    author: author.kid,
    begin,
    faults,
    other: other.kid,
    server,
    upload,
    [Symbol.asyncDispose]: () => server.close(),
  };
}

test("an author beyond its uploads is refused with a time to come back; others are served, and so is it afterwards", async () => {
  await using agent = await listening({ maxUploads: 3, maxUploadsOfAuthor: 2 });
  const { author, begin, other, upload } = agent;
  const own = await begin(author, author);
  const { code, retryAfter, status } = await (await upload(author)).answer;
  assert.deepEqual([status, code, Number(retryAfter) > 0], [503, "http/busy", true]);
  const [others] = await begin(other);
  for (const each of [...own, others]) each?.end(image.subarray(1));
  assert.deepEqual(
    await Promise.all([...own, others].map(async (each) => (await each?.answer)?.status)),
    [201, 201, 201],
  );
  const [again] = await begin(author);
  again?.end(image.subarray(1));
  assert.equal((await again?.answer)?.status, 201);
});

test("beyond the uploads of all authors anyone's is refused, and nothing but uploads", async () => {
  await using agent = await listening({ maxUploads: 2, maxUploadsOfAuthor: 2 });
  const { author, begin, faults, other, server, upload } = agent;
  const [first, second] = await begin(author, author);
  const refused = await (await upload(other)).answer;
  assert.deepEqual([refused.status, refused.code], [503, "http/busy"]);
  assert.deepEqual(faults, []);
  assert.equal((await server.inject("/v1/status")).statusCode, 200);
  second?.end(image.subarray(1));
  await second?.answer;
  const [taken] = await begin(other);
  for (const each of [first, taken]) each?.end(image.subarray(1));
  assert.deepEqual([(await first?.answer)?.status, (await taken?.answer)?.status], [201, 201]);
});

test("an upload that is cut gives its place back", async () => {
  await using agent = await listening({ maxUploads: 1, maxUploadsOfAuthor: 1 });
  const { author, begin, upload } = agent;
  const [cut] = await begin(author);
  cut?.cut();
  // The agent hears of the cut when it does.
  for (;;) {
    const next = await upload(author);
    next.end(image.subarray(1));
    const { code, status } = await next.answer;
    if (status === 201) break;
    assert.equal(code, "http/busy");
  }
});
