import { toHex } from "@firmament/core/bytes";
import { ContentFold } from "@firmament/core/cid";
import { assertExpected, type PutOptions, type StagedContent } from "@firmament/core/content";
import { nodeCrypto } from "@firmament/crypto";
import type { StagingStore } from "../../src/register/index.ts";
import { bytesOf } from "../support/bytes.ts";

/** A store in memory for contents of one piece, which writes down what happens; a fault is one changed member. */
export class FakeStagingStore implements StagingStore {
  readonly events: string[] = [];
  readonly stored = new Map<string, Uint8Array>();
  fails: "commit" | "discard" | "stage" | undefined;

  async stage(source: AsyncIterable<Uint8Array>, { expect }: PutOptions): Promise<StagedContent> {
    this.events.push("stage");
    if (this.fails === "stage") throw new Error("disk full");
    const bytes = await bytesOf(source);
    const fold = new ContentFold(nodeCrypto);
    fold.addPiece(bytes);
    const { cid, size } = fold.finish();
    const content = { cid, sha256: toHex(nodeCrypto.sha256(bytes)), sha384: toHex(nodeCrypto.sha384(bytes)), size };
    if (expect !== undefined) assertExpected(content, expect);
    return { ...content, commit: () => this.#commit(cid, bytes), discard: () => this.#discard() };
  }

  async pin(cid: string): Promise<void> {
    this.events.push(`pin ${cid}`);
  }

  async #commit(cid: string, bytes: Uint8Array): Promise<void> {
    if (this.fails === "commit") throw new Error("disk full");
    this.events.push("commit");
    this.stored.set(cid, bytes);
  }

  async #discard(): Promise<void> {
    this.events.push("discard");
    if (this.fails === "discard") throw new Error("disk gone");
  }
}
