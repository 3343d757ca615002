import { setTimeout as delay } from "node:timers/promises";
import { toBase64url } from "@firmament/core/bytes";
import { Refusal } from "@firmament/core/errors";
import { receiptKey, type Release, tables } from "@firmament/core/registry";
import { currentRecord } from "@firmament/replica";
import { signTransaction } from "../signing/index.ts";
import type { Alarms } from "./alarms.ts";
import { refuse } from "./errors.ts";
import type { StorageParts } from "./storage.ts";

const LIFETIME = 300;
const WAIT_MS = 30_000;

type Receipt = Release["receipts"][number];

/**
 * Computes other organisations' storage receipts again from the own copy, once this organisation holds one, and
 * disputes what is false (PROTOCOL D-3). It waits a while, so that storing itself comes first.
 */
export class ReceiptCheck {
  readonly #parts: StorageParts;
  readonly #alarms: Alarms;
  readonly #waitMs: number;
  readonly #waiting = new Set<string>();
  readonly #checked = new Set<string>();
  #running = false;

  constructor(parts: StorageParts, alarms: Alarms, waitMs = WAIT_MS) {
    this.#parts = parts;
    this.#alarms = alarms;
    this.#waitMs = waitMs;
  }

  /** Looks at the receipts of a release, after a new one of any organisation. */
  take(release: string, signal: AbortSignal): void {
    this.#waiting.add(release);
    void this.#run(signal);
  }

  async #run(signal: AbortSignal): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#waiting.size > 0 && !signal.aborted) {
      await delay(this.#waitMs, undefined, { ref: false, signal }).catch(() => undefined);
      for (const id of signal.aborted ? [] : [...this.#waiting]) {
        if (await this.#serve(id, signal)) this.#waiting.delete(id);
      }
    }
    this.#running = false;
  }

  // True where nothing is left to do for the release.
  async #serve(id: string, signal: AbortSignal): Promise<boolean> {
    try {
      for (const each of this.#others(id)) {
        await this.#check(id, each, signal);
        this.#checked.add(`${id} ${each.kid} ${each.mac}`);
      }
      return true;
    } catch (cause) {
      const code = cause instanceof Refusal ? cause.code : "fault";
      if (!signal.aborted) this.#parts.log("receipts not checked", { release: id, code, message: String(cause) });
      return !code.startsWith("ledger/");
    }
  }

  #others(id: string): readonly Receipt[] {
    const { identity, replica } = this.#parts;
    const receipts = currentRecord(replica.database, tables.release, id)?.receipts ?? [];
    if (!receipts.some(({ organisation }) => organisation === identity.organisation)) return [];
    return receipts.filter(
      ({ kid, mac, organisation }) =>
        organisation !== identity.organisation && !this.#checked.has(`${id} ${kid} ${mac}`),
    );
  }

  async #check(id: string, { kid, mac, organisation }: Receipt, signal: AbortSignal): Promise<void> {
    const { clock, content, identity, ledger, replica } = this.#parts;
    const stored = currentRecord(replica.database, tables.release, id)?.stored;
    if (stored === undefined) return;
    const own = toBase64url(await content.mac(stored.cid, receiptKey(id, kid), signal));
    if (own === mac) return;
    this.#alarms.raise(`${id} ${kid}`, refuse("witness/false-receipt", `Release ${id}, organisation ${organisation}.`));
    const draft = {
      body: { kid, mac: own, release: id },
      expires: clock() + LIFETIME,
      ledger: replica.genesis.ledger,
      type: "storage.dispute",
    } as const;
    await ledger.submit(await signTransaction(identity.node, draft), signal);
  }
}
