/**
 * A content store under load: `store.ts <home>`. Pins what it finds, stores several contents at the same time, leaves
 * one staged, drops another, pins half, collects the rest and stores it again; everything that is done is printed.
 */
import { nodeCrypto } from "@firmament/crypto";
import { FileStore } from "@firmament/store-file";
import { cidOfBytes } from "../../kit/release.ts";
import { contents, type StoreLine } from "./contents.ts";
import { codeOf, say } from "./lines.ts";

const tell = (line: StoreLine): void => say(line);

async function attempt(work: () => Promise<StoreLine>): Promise<void> {
  try {
    tell(await work());
  } catch (cause) {
    tell({ event: "failed", code: codeOf(cause) });
  }
}

const source = (bytes: Uint8Array): AsyncIterable<Uint8Array> => new Blob([Buffer.from(bytes)]).stream();
const options = { maxBytes: 2_000_000 };

async function work(store: FileStore): Promise<void> {
  const pin = (bytes: Uint8Array) => async (): Promise<StoreLine> => {
    const cid = cidOfBytes(nodeCrypto, bytes);
    await store.pin(cid);
    return { event: "pinned", cid };
  };
  const put = (bytes: Uint8Array) => async (): Promise<StoreLine> => {
    const { cid } = await store.put(source(bytes), options);
    return { event: "stored", cid };
  };
  for (const bytes of contents) {
    if ((await store.stat(cidOfBytes(nodeCrypto, bytes))) !== undefined) await attempt(pin(bytes));
  }
  await Promise.all(contents.map((bytes) => attempt(put(bytes))));
  await store.stage(source(new Uint8Array(100)), options).catch(() => undefined);
  await store.stage(source(new Uint8Array(200)), options).then(
    (staged) => staged.discard(),
    () => undefined,
  );
  for (const bytes of contents.slice(0, 2)) await attempt(pin(bytes));
  tell({ event: "collecting" });
  await attempt(async () => {
    await store.gc({ olderThanMs: -1000 });
    return { event: "collected" };
  });
  for (const bytes of contents.slice(2)) await attempt(put(bytes));
}

try {
  await using store = await FileStore.open(process.argv[2] ?? "");
  await work(store);
} catch (cause) {
  tell({ event: "failed", code: codeOf(cause) });
  process.exitCode = 1;
}
