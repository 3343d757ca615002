import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { test } from "node:test";
import { boundFront, type FrontLimits, frontLimits } from "../../src/front/index.ts";

const CHECK_MS = 10;
/** A connection that is never closed fails its test; no other outcome depends on this. */
const HANGS = { timeout: 20_000 };
const HELLO = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

const hello: RequestListener = (request, answer) => request.resume().on("end", () => answer.end("hello"));

/** A bounded front on loopback, and clients at any of its addresses. */
async function listening(limits: Partial<FrontLimits>, handler: RequestListener = hello) {
  const told: unknown[] = [];
  const server = createServer({ connectionsCheckingInterval: CHECK_MS }, handler);
  boundFront(server, { ...frontLimits, ...limits }, (event, { network, refused }) =>
    told.push([event, network, refused]),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  return {
    told,
    /** Connects from an address of this machine and says something. */
    client(localAddress: string, said = HELLO): Socket {
      const socket = connect({ host: "127.0.0.1", localAddress, port }).on("error", () => undefined);
      sockets.push(socket);
      socket.write(said);
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** However it came: a front that closes may leave bytes unread, which the client sees as a reset. */
function closed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.resume().once("close", resolve));
}

function isServed(socket: Socket): Promise<boolean> {
  const read = new Promise<boolean>((resolve) => socket.once("data", () => resolve(true)));
  return Promise.race([read, closed(socket).then(() => false)]);
}

test("an address beyond its number is closed unanswered; others are served, and so is it once it has left", async () => {
  await using front = await listening({ maxOfAddress: 2 });
  const own = [front.client("127.0.0.1"), front.client("127.0.0.1")];
  for (const socket of own) assert.ok(await isServed(socket));
  assert.equal(await isServed(front.client("127.0.0.1")), false);
  assert.equal(await isServed(front.client("127.0.0.1")), false);
  assert.ok(await isServed(front.client("127.0.0.2")));
  for (const socket of own) socket.destroy();
  // The front hears of the end when it does.
  while (!(await isServed(front.client("127.0.0.1"))));
  assert.deepEqual(front.told, [["connections refused", "127.0.0.1", 1]]);
});

test("beyond the number of all, any address is closed; who is connected is served", async () => {
  await using front = await listening({ maxConnections: 2 });
  const kept = front.client("127.0.0.1");
  assert.ok(await isServed(kept));
  const other = front.client("127.0.0.2");
  assert.ok(await isServed(other));
  assert.equal(await isServed(front.client("127.0.0.3")), false);
  kept.write(HELLO);
  assert.ok(await isServed(kept));
  other.destroy();
  while (!(await isServed(front.client("127.0.0.3"))));
  assert.deepEqual(front.told, [["connections refused", "127.0.0.3", 1]]);
});

const slow = {
  "sends nothing": "",
  "does not end the head of its request": "GET / HTTP/1.1\r\n",
};
const UNENDED = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nx";

for (const [what, said] of Object.entries(slow)) {
  test(`who ${what} is cut in time, others are served`, HANGS, async () => {
    await using front = await listening({ headersMs: 100, stallMs: 0 });
    await closed(front.client("127.0.0.1", said));
    assert.ok(await isServed(front.client("127.0.0.1")));
  });
}

test("who does not end the body of its request is cut in time", HANGS, async () => {
  await using front = await listening({ headersMs: 100, requestMs: 100, stallMs: 0 });
  await closed(front.client("127.0.0.1", UNENDED));
});

test("a sender that pauses within a body is cut before the time of the whole request", HANGS, async () => {
  await using front = await listening({ requestMs: 0, stallMs: 50 });
  await closed(front.client("127.0.0.1", UNENDED));
});

test("a connection that asks nothing more is closed", HANGS, async () => {
  await using front = await listening({ keepAliveMs: 10 });
  await closed(front.client("127.0.0.1"));
});

test("a reader that takes nothing is cut; one to which nothing is sent yet is kept, and served", HANGS, async () => {
  const { promise: come, resolve: send } = Promise.withResolvers<undefined>();
  const block = Buffer.alloc(1_048_576);
  const cut = Promise.withResolvers<undefined>();
  await using front = await listening({ stallMs: 50 }, (request, answer) => {
    if (request.url === "/silent") {
      answer.flushHeaders();
      void come.then(() => answer.end("late"));
      return;
    }
    answer.once("close", () => cut.resolve(undefined));
    const fill = () => {
      while (answer.write(block));
      answer.once("drain", fill);
    };
    fill();
  });
  const silent = front.client("127.0.0.1", HELLO.replace("/ ", "/silent "));
  assert.ok(await isServed(silent));
  front.client("127.0.0.1").pause();
  await cut.promise;
  const answer = once(silent, "data");
  send(undefined);
  assert.match(String(await answer), /late/);
});
