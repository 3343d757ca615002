import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Relay } from "./relay.ts";

const LOOPBACK = { host: "127.0.0.1", port: 0 };

async function echoServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => socket.write(chunk));
  });
  server.listen(LOOPBACK);
  await once(server, "listening");
  return server;
}

async function through(work: (relay: Relay, client: Socket) => Promise<void>): Promise<void> {
  const server = await echoServer();
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  try {
    await using relay = await Relay.listen(LOOPBACK, { host: "127.0.0.1", port: address.port });
    const client = connect(relay.address);
    await work(relay, client);
    client.destroy();
  } finally {
    server.close();
  }
}

async function read(client: Socket, length: number): Promise<string> {
  let text = "";
  while (text.length < length) text += String((await once(client, "data"))[0]);
  return text;
}

test("a relay carries bytes both ways, in order, whatever their delay", async () => {
  await through(async (relay, client) => {
    relay.delay(5);
    client.write("one ");
    relay.delay(1, "there");
    client.write("two ");
    assert.equal(await read(client, 8), "one two ");
  });
});

for (const direction of ["there", "back"] as const) {
  test(`nothing passes a line that is cut ${direction}, and all of it once the line is healed`, async () => {
    await through(async (relay, client) => {
      client.write("a");
      assert.equal(await read(client, 1), "a");
      relay.cut(direction);
      client.write("b");
      client.write("c");
      const silence = delay(50).then(() => "silence");
      const answer = read(client, 2);
      assert.equal(await Promise.race([answer, silence]), "silence");
      relay.heal();
      assert.equal(await answer, "bc");
    });
  });
}

test("who connected sees the end where the target is away", async () => {
  const server = await echoServer();
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  server.close();
  await once(server, "close");
  await using relay = await Relay.listen(LOOPBACK, { host: "127.0.0.1", port: address.port });
  const client = connect(relay.address);
  client.resume();
  await once(client, "close");
  assert.equal(client.bytesRead, 0);
});
