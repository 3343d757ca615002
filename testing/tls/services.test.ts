import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import { CHARLIE, OPERATOR, VENDOR } from "@firmament/cli/src/start/people.ts";
import { nodeUrl } from "@firmament/server/home";
import { authorityFile } from "@firmament/server/tls";
import { ask, isCut } from "./support/ask.ts";
import { TlsConsortium } from "./support/consortium.ts";

describe("a consortium whose services speak TLS", () => {
  let c: TlsConsortium;

  before(async () => {
    c = await TlsConsortium.start();
  });
  after(() => c[Symbol.asyncDispose]());

  it("publishes a release: agents, ledger and nodes reach each other, and content passes between organisations", async () => {
    await c.publish();
  });

  it("[S1-14] demands certificates at the ledger and at nodes, and none at the agents that authors and devices ask", async () => {
    const { home, network } = c.session;
    const { author, ledger, register, retrieval } = network;
    const ca = async (name: string) => ({ ca: await readFile(authorityFile(home, name)), rejectUnauthorized: true });
    assert.ok(isCut(await ask(new URL(String(ledger)), "v1/blocks?from=1", await ca(OPERATOR))));
    assert.ok(isCut(await ask(nodeUrl(network, CHARLIE), "v1/checkpoint", await ca(CHARLIE))));
    assert.equal(await ask(new URL(author.url), "healthz", await ca(VENDOR)), 200);
    assert.equal(await ask(new URL(register.url), "healthz", await ca(OPERATOR)), 200);
    assert.equal(await ask(new URL(retrieval.url), "v1/checkpoint", await ca(OPERATOR)), 200);
  });

  it("[S3-16] speaks nothing below TLS 1.3 at any of its services", async () => {
    for (const { name, url } of c.services) {
      const answer = await ask(new URL(url), "", { maxVersion: "TLSv1.2" });
      assert.match(String(answer), /alert protocol version/, name);
    }
  });
});
