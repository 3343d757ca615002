import { link, readdir, rename, stat, unlink } from "node:fs/promises";
import { asCid, type Cid } from "@firmament/core/cid";
import { Refusal } from "@firmament/core/errors";
import type { DurableDirectory } from "./durable-directory.ts";
import type { Places } from "./places.ts";
import { ifPresent, unlessPresent } from "./system-error.ts";

/** What a collection removed. */
export interface Collected {
  readonly cids: readonly Cid[];
  readonly bytes: number;
}

function cidOfFile(name: string): Cid | undefined {
  try {
    return asCid(name);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

async function namesIn(directory: DurableDirectory): Promise<readonly Cid[]> {
  return (await readdir(directory.path)).map(cidOfFile).filter((cid) => cid !== undefined);
}

// Size of a file that nobody needs: neither pinned nor young.
async function unneeded({ pins }: Places, cid: Cid, path: string, before: number): Promise<number | undefined> {
  const found = await ifPresent(stat(path));
  if (found === undefined || found.mtimeMs > before) return undefined;
  return (await ifPresent(stat(pins.of(cid)))) === undefined ? found.size : undefined;
}

/** Brings back content that was moved aside, unless it has been stored again meanwhile. */
export async function bringBack({ content }: Places, cid: string, path: string): Promise<void> {
  const known = cidOfFile(cid);
  if (known !== undefined) await unlessPresent(link(path, content.of(known)));
  await ifPresent(unlink(path));
  await content.sync();
}

// Another process may pin or store the content at any moment. It is moved aside first and looked at again: whoever
// pins after the move does not find it, whoever did so before is seen now.
async function removeContent(places: Places, cid: Cid, before: number): Promise<number | undefined> {
  const path = places.content.of(cid);
  if ((await unneeded(places, cid, path, before)) === undefined) return undefined;
  const aside = places.staging.fresh(cid);
  await ifPresent(rename(path, aside));
  const size = await unneeded(places, cid, aside, before);
  if (size === undefined) await bringBack(places, cid, aside);
  else await ifPresent(unlink(aside));
  return size;
}

async function removeOrphanNodes({ content, nodes }: Places, before: number): Promise<void> {
  for (const cid of await namesIn(nodes)) {
    const found = await ifPresent(stat(nodes.of(cid)));
    if (found === undefined || found.mtimeMs > before) continue;
    if ((await ifPresent(stat(content.of(cid)))) === undefined) await ifPresent(unlink(nodes.of(cid)));
  }
}

/** Removes content that is not pinned and was stored before `before` (milliseconds since 1970). */
export async function collect(places: Places, before: number, signal?: AbortSignal): Promise<Collected> {
  const cids: Cid[] = [];
  let bytes = 0;
  for (const cid of await namesIn(places.content)) {
    signal?.throwIfAborted();
    const size = await removeContent(places, cid, before);
    if (size === undefined) continue;
    cids.push(cid);
    bytes += size;
  }
  await removeOrphanNodes(places, before);
  await places.content.sync();
  return { cids, bytes };
}
