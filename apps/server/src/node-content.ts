import { createHmac } from "node:crypto";
import type { StoredBytes, WitnessContent } from "@firmament/agents/witness";
import { fetchContent, type FileStore } from "@firmament/store-file";

/** The organisation's file store, and the other organisations' nodes as its sources. */
export class NodeContent implements WitnessContent {
  readonly #store: FileStore;
  readonly #peers: readonly URL[];
  readonly #fetch: typeof fetch;

  constructor(store: FileStore, peers: readonly URL[], carry: typeof fetch) {
    this.#store = store;
    this.#peers = peers;
    this.#fetch = carry;
  }

  async obtain({ cid, sha256, size }: StoredBytes, key: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const isHere = (await this.#store.stat(cid)) !== undefined;
    const mac = createHmac("sha256", key);
    if (!isHere) {
      const content = fetchContent(this.#peers, cid, size, { fetch: this.#fetch, signal });
      await this.#store.fetch(content, sha256, (piece) => mac.update(piece));
    }
    await this.#store.pin(cid);
    return isHere ? this.mac(cid, key, signal) : Uint8Array.from(mac.digest());
  }

  async mac(cid: string, key: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    const mac = createHmac("sha256", key);
    for await (const chunk of this.#store.get(cid, { lend: true, signal })) mac.update(chunk);
    return Uint8Array.from(mac.digest());
  }
}
