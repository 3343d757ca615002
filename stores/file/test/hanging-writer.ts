import { FileStore } from "../src/index.ts";

const pieceBytes = 1_048_576;

// Says that the first piece is on its way to the disk, and then waits to be killed.
async function* hanging(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(pieceBytes + 1);
  process.stdout.write("writing\n");
  setInterval(() => undefined, 1000);
  await new Promise(() => undefined);
}

const store = await FileStore.open(process.argv[2] ?? "");
await store.put(hanging(), { maxBytes: 4 * pieceBytes });
