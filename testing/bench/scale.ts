import { canonicalBytes } from "@firmament/core/codec";
import type { Write } from "@firmament/core/registry";
import type { StateKey } from "@firmament/core/state";
import { Consortium, newSigner, openClassPolicy } from "../kit/index.ts";
import { classRecords } from "./class-records.ts";
import { idOf } from "./sample-registration.ts";

/** A ledger as it stands after years. */
export interface Scale {
  readonly entries: number;
  /** Keys of the state. */
  readonly keys: number;
}

/** A ledger of that scale whose last entries are an honest publication. */
export interface ScaledLedger {
  readonly c: Consortium;
  /** Id of an enrolled device; class `valve` is targeted. */
  readonly device: string;
  /** From the first petition to the last approval, milliseconds. */
  readonly publishMs: number;
}

/** Entries, and new keys, of a publication by the kit. */
const PUBLICATION = { entries: 6, keys: 5 } as const;

function keysOf(c: Consortium): number {
  return Number(c.replica.database.prepare("SELECT count(*) AS keys FROM state").get()?.["keys"]);
}

/** Published classes besides the honest one: their places tell how deep a class stands. */
export const otherClasses: readonly string[] = Array.from({ length: 500 }, (_, i) => `class-${i}`);

// What stands in the other leaves changes no proof's size, only how many there are.
function synthetic(count: number): readonly Write[] {
  const value = canonicalBytes({ status: "synthetic" });
  const keys = Array.from({ length: count }, (_, i): StateKey => ["device", idOf(`device ${i}`)]);
  return keys.map((key) => ({ key, value }));
}

function fill(c: Consortium, scale: Scale, classes: readonly Write[]): void {
  const fold = c.replica.begin(c.now);
  const common = { bytes: new Uint8Array(0), result: "{}", rules: 1, time: c.now, trust: 1 };
  const keys = scale.keys - PUBLICATION.keys - keysOf(c);
  fold.append({ ...common, id: idOf("keys"), writes: [...classes, ...synthetic(keys - classes.length)] });
  for (let i = c.size + 1; i < scale.entries - PUBLICATION.entries; i++) {
    fold.append({ ...common, id: idOf(`entry ${i}`), writes: [] });
  }
  c.replica.commit();
  c.spoil();
}

/**
 * Builds the ledger: honest steps, then synthetic entries and keys through the replica's own log and state tree,
 * then an honest publication. Nobody signs a million transactions.
 */
export async function scaledLedger(scale: Scale): Promise<ScaledLedger> {
  // An author with an Ed25519 key, so a class that takes nothing else.
  const c = await Consortium.ready({ policy2: { algorithms: ["EdDSA"] } });
  await c.createClass("valve", { ...openClassPolicy, targeted: true });
  const { key, kid } = await newSigner();
  await c.submit(c.member(0).admin, "device.enrol", { className: "valve", groups: [], key });
  fill(c, scale, await classRecords(otherClasses));
  const started = performance.now();
  await c.publish();
  const publishMs = performance.now() - started;
  await c.cosign([0, 1, 2]);
  if (c.size !== scale.entries || keysOf(c) !== scale.keys) {
    throw new Error(`there are ${c.size} entries and ${keysOf(c)} keys; PUBLICATION no longer fits the kit`);
  }
  return { c, device: kid, publishMs };
}
