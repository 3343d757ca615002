import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { describe, it } from "node:test";
import type { Announcement } from "@firmament/agents/witness";
import { HttpPeers } from "@firmament/server/http-peers";
import { until } from "./fakes.ts";

async function open(server: Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return new URL(`http://127.0.0.1:${address.port}/`);
}

const announcement = (size: number): Announcement => ({
  keyId: "00000000",
  root: new Uint8Array(32),
  signature: new Uint8Array(64),
  size,
  time: 1,
});

describe("a false peer", () => {
  it("that answers with rubbish without end costs one line of the log", async () => {
    const server = createServer((_request, response) => response.end(`[${"0,".repeat(30_000)}0]`));
    const logged: string[] = [];
    const peers = new HttpPeers([await open(server)], (event) => logged.push(event));
    for await (const told of peers.collect(new AbortController().signal)) assert.fail(`it told ${told.length}`);
    assert.deepEqual(logged, ["peer wrong"]);
    server.close();
  });

  it("that hangs holds a bounded number of connections, and hears the newest in the end", async () => {
    const heard: number[] = [];
    const hanging: (() => void)[] = [];
    let hangs = true;
    const server = createServer((request, response) => {
      void request.toArray().then((chunks) => {
        heard.push((JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as { size: number }).size);
        const answer = () => response.writeHead(204).end();
        if (hangs) hanging.push(answer);
        else answer();
      });
    });
    const peers = new HttpPeers([await open(server)], () => undefined);
    for (let size = 1; size <= 100; size++) peers.announce(announcement(size));
    await until(() => heard.length === 8);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(heard.length, 8);
    hangs = false;
    for (const answer of hanging) answer();
    await until(() => heard.includes(100));
    assert.equal(heard.length, 9);
    server.close();
    server.closeAllConnections();
  });
});
