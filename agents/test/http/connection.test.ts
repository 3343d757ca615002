import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { agentServer, goneSignal, type HttpLimits } from "../../src/http/index.ts";

const head =
  "POST /refused HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000000\r\n\r\n";

async function listening(limits: Partial<HttpLimits>) {
  const { server } = agentServer({ limits, ready: async () => undefined });
  const gone: boolean[] = [];
  server.post("/refused", () => {
    throw new TypeError("at once");
  });
  server.get("/slow", async (_request, reply) => {
    const signal = goneSignal(reply.raw);
    await once(signal, "abort");
    gone.push(signal.aborted);
    return {};
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
  const socket = connect((server.server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  return { gone, server, socket };
}

async function answerOf(socket: Socket): Promise<string> {
  const [answer] = (await once(socket, "data")) as [Buffer];
  return answer.toString();
}

test("a sender that is still writing when it is refused reads the answer, and may go on writing for a while", async () => {
  const { server, socket } = await listening({ drainMs: 10_000 });
  socket.write(head);
  assert.match(await answerOf(socket), /^HTTP\/1.1 500/);
  const written = Buffer.alloc(1_000_000);
  for (let i = 0; i < 8; i++) if (!socket.write(written)) await once(socket, "drain");
  assert.equal(socket.destroyed, false);
  socket.destroy();
  await server.close();
});

test("a sender that never ends is cut off", async () => {
  const { server, socket } = await listening({ drainMs: 1 });
  socket.on("error", () => undefined);
  socket.write(head);
  await answerOf(socket);
  await once(socket, "close");
  await server.close();
});

test("an answer that nobody waits for any more ends its work", async () => {
  const { gone, server, socket } = await listening({});
  socket.write("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
  await delay(20);
  socket.destroy();
  while (gone.length === 0) await delay(1);
  assert.deepEqual(gone, [true]);
  await server.close();
});
