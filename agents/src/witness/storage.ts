import { toBase64url } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { receiptKey, type Release, tables } from "@firmament/core/registry";
import { currentRecord, type Ledger, listRecords, type Replica } from "@firmament/replica";
import { signTransaction } from "../signing/index.ts";
import type { WitnessContent, WitnessIdentity, WitnessLog } from "./ports.ts";

const LIFETIME = 300;
const FIRST_RETRY_MS = 10;
const MAX_RETRY_MS = 30_000;

/** What an organisation's storage duty needs. */
export interface StorageParts {
  readonly replica: Replica;
  readonly ledger: Ledger;
  readonly identity: WitnessIdentity;
  readonly content: WitnessContent;
  readonly clock: () => number;
  readonly log: WitnessLog;
}

/**
 * Fetches every registered release of other organisations into the own store and proves it by a storage receipt
 * (PROTOCOL D-2). One release at a time; what fails is tried again later.
 */
export class StorageDuty {
  readonly #parts: StorageParts;
  readonly #waiting = new Map<string, number>();
  #running = false;

  constructor(parts: StorageParts) {
    this.#parts = parts;
  }

  /** Looks through all registered releases: after a start, or after blocks that were applied in bulk. */
  scan(signal: AbortSignal): void {
    for (const { parts, record } of listRecords(this.#parts.replica.database, tables.release)) {
      const [id] = parts;
      if (id !== undefined && record.state === "REGISTERED") this.take(id, signal);
    }
  }

  take(id: string, signal: AbortSignal): void {
    if (!this.#waiting.has(id)) this.#waiting.set(id, 0);
    void this.#run(signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#next(); next !== undefined && !signal.aborted; next = this.#next()) {
      const [id, failures] = next;
      this.#waiting.delete(id);
      if (!(await this.#serve(id, signal))) this.#retry(id, failures + 1, signal);
    }
    this.#running = false;
  }

  #next(): readonly [string, number] | undefined {
    return this.#waiting.entries().next().value;
  }

  #retry(id: string, failures: number, signal: AbortSignal): void {
    const delay = Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS);
    const timer = setTimeout(() => {
      if (!this.#waiting.has(id)) this.#waiting.set(id, failures);
      void this.#run(signal);
    }, delay);
    timer.unref();
  }

  // True where nothing is left to do for the release.
  async #serve(id: string, signal: AbortSignal): Promise<boolean> {
    const release = currentRecord(this.#parts.replica.database, tables.release, id);
    if (release === undefined || !this.#isOurs(release)) return true;
    try {
      await this.#prove(id, release, signal);
      return true;
    } catch (cause) {
      const code = cause instanceof Refusal ? cause.code : "fault";
      this.#parts.log("storage failed", { release: id, code, message: String(cause) });
      return code === "release/acted" || code === "release/state";
    }
  }

  #isOurs(release: Release): boolean {
    const { organisation } = this.#parts.identity;
    const done = release.receipts.some((each) => each.organisation === organisation);
    return (
      release.state === "REGISTERED" && release.organisation !== organisation && !done && release.stored !== undefined
    );
  }

  async #prove(id: string, { stored }: Release, signal: AbortSignal): Promise<void> {
    if (stored === undefined) return;
    const { clock, content, identity, ledger, log, replica } = this.#parts;
    const started = performance.now();
    const mac = toBase64url(await content.obtain(stored, receiptKey(id, identity.node.kid), signal));
    const body = { mac, release: id };
    const draft = {
      body,
      expires: clock() + LIFETIME,
      ledger: replica.genesis.ledger,
      type: "storage.receipt",
    } as const;
    await ledger.submit(await signTransaction(identity.node, draft), signal);
    log("stored", { release: id, cid: stored.cid, size: stored.size, ms: Math.round(performance.now() - started) });
  }
}
