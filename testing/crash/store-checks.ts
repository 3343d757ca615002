import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { nodeCrypto } from "@firmament/crypto";
import { FileStore } from "@firmament/store-file";
import { cidOfBytes } from "@firmament/testing/kit";
import { contents, type StoreLine } from "./programs/contents.ts";
import type { Trial } from "./sweep.ts";

const byCid = new Map<string, Uint8Array>(contents.map((bytes) => [cidOfBytes(nodeCrypto, bytes), bytes]));

/** CIDs that must be there after these lines: pinned, or stored and not collected since. */
export function kept(lines: readonly StoreLine[]): { readonly stored: Set<string>; readonly pinned: Set<string> } {
  const [stored, pinned] = [new Set<string>(), new Set<string>()];
  for (const line of lines) {
    if (line.event === "collecting") stored.clear();
    if (line.event === "stored") stored.add(line.cid);
    if (line.event === "pinned") pinned.add(line.cid);
  }
  return { stored, pinned };
}

/** Asserts that nothing was called stored or pinned while a loss of power could still take it. */
export function assertDurable({ home, run, title, volatileAt }: Trial<StoreLine>): void {
  for (const [line, said] of run.lines.entries()) {
    if (!("cid" in said)) continue;
    const folders = said.event === "pinned" ? ["content", "pins"] : ["content"];
    const names = [home, ...folders.flatMap((each) => [join(home, each), join(home, each, said.cid)])];
    const lost = names.filter((name) => volatileAt[line]?.includes(name) !== false);
    assert.deepEqual(lost, [], `${said.event}, line ${line}, ${title}`);
  }
}

async function bytesOf(store: FileStore, cid: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of store.get(cid)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// Whatever is there is there whole.
async function present(store: FileStore): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [cid, bytes] of byCid) {
    if ((await store.stat(cid)) === undefined) continue;
    assert.ok(Buffer.from(bytes).equals(await bytesOf(store, cid)), cid);
    found.push(cid);
  }
  return found;
}

/**
 * Opens the store of a home and asserts that what was called stored and pinned is there, that everything that is there
 * is whole, that nothing is left over, and that work goes on.
 */
export async function assertStoreKept(home: string, lines: readonly StoreLine[]): Promise<void> {
  const { pinned, stored } = kept(lines);
  await using store = await FileStore.open(home);
  assert.deepEqual(await readdir(join(home, "staging")), []);
  const found = await present(store);
  for (const cid of [...stored, ...pinned]) assert.ok(found.includes(cid), `${cid} is lost`);
  await store.gc({ olderThanMs: -1000 });
  const rest = await present(store);
  for (const cid of pinned) assert.ok(rest.includes(cid), `${cid} was pinned`);
  for (const [cid, bytes] of byCid) {
    assert.equal((await store.put(new Blob([Buffer.from(bytes)]).stream(), { maxBytes: 2_000_000 })).cid, cid);
  }
  assert.equal((await present(store)).length, byCid.size);
}
