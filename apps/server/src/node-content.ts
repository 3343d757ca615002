import { createHmac } from "node:crypto";
import type { StoredBytes, WitnessContent } from "@firmament/agents/witness";
import { fetchContent, type FileStore } from "@firmament/store-file";

/** The organisation's file store, and the other organisations' nodes as its sources. */
export class NodeContent implements WitnessContent {
  readonly #store: FileStore;
  readonly #peers: readonly URL[];

  constructor(store: FileStore, peers: readonly URL[]) {
    this.#store = store;
    this.#peers = peers;
  }

  async obtain({ cid, sha256, size }: StoredBytes, signal: AbortSignal): Promise<void> {
    if ((await this.#store.stat(cid)) === undefined) {
      const source = fetchContent(this.#peers, cid, size, { signal });
      await this.#store.put(source, { expect: { cid, sha256, size }, maxBytes: size, signal });
    }
    await this.#store.pin(cid);
  }

  async mac(cid: string, key: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const mac = createHmac("sha256", key);
    for await (const chunk of this.#store.get(cid, { signal })) mac.update(chunk);
    return Uint8Array.from(mac.digest());
  }
}
