import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeBundle, decodeDevice } from "@firmament/core/bundle";
import { fromHex, utf8 } from "@firmament/core/bytes";
import type { StateKey } from "@firmament/core/state";

const folder = join(import.meta.dirname, "../vectors/golden");

export const goldenFile = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));

const json = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), "utf8")) as T;

interface Verdict {
  readonly now: number;
  readonly values: {
    readonly entry: { readonly bytes: string; readonly stateRoot: string };
    readonly records: readonly { readonly key: StateKey; readonly value: string }[];
  };
}

/** The golden bundles with the devices and clocks that accept them. */
export const goldenBundles = ["", "complete/"].map((path) => {
  const bytes = goldenFile(`${path}bundle.cbor`);
  const { now, values } = json<Verdict>(`${path}verdict.json`);
  const deviceBytes = goldenFile(`${path}device.json`);
  const entry = fromHex(values.entry.bytes);
  const targets = values.records.map(({ key, value }) => ({ key, value: utf8(value) }));
  const state = { root: fromHex(values.entry.stateRoot), targets };
  return { bytes, device: decodeDevice(deviceBytes), deviceBytes, entry, now, parts: decodeBundle(bytes), state };
});

interface Transactions {
  readonly ledger: string;
  readonly transactions: readonly { readonly type: string; readonly bytes: string }[];
}

const { ledger, transactions } = json<Transactions>("transactions.json");
const withNodes = json<Transactions>("transactions-nodes.json");

export const goldenLedger = ledger;

/** An accepted transaction of every type. */
export const goldenTransactions = [...transactions, ...withNodes.transactions].map(({ bytes, type }) => ({
  bytes: utf8(bytes),
  type,
}));

export const goldenTrustFile = goldenFile("trust.json");
