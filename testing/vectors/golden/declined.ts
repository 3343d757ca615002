import { fromUtf8, toBase64url } from "@firmament/core/bytes";
import type { ClassPart, Device } from "@firmament/core/bundle";
import { headRecord } from "@firmament/core/registry";
import { edKey } from "./keys.ts";
import type { Story } from "./story.ts";
import type { Inputs } from "./values.ts";

/** A good bundle that a differing device, clock or wish turns down; members of `device` replace the document's. */
export interface Declined {
  readonly what: string;
  readonly code: string;
  readonly device?: Partial<Device>;
  readonly now?: number;
  readonly wanted?: string;
}

/** What other devices, clocks and wishes make of the good bundle. */
export function declined({ device, now }: Inputs, { releases }: Story, part: ClassPart): readonly Declined[] {
  const [sensor] = headRecord(JSON.parse(fromUtf8(part.head)), "head").live;
  const { sequence = 0, version = "" } = sensor ?? {};
  const ahead = { ...device.seen, size: part.size + 1, time: part.entry.time };
  const fork = { root: toBase64url(new Uint8Array(32)), size: part.size, time: part.entry.time };
  return [
    { what: "a day later", code: "bundle/entry-stale", now: part.entry.time + 86_401 },
    { what: "a clock that is late", code: "bundle/entry-future", now: part.entry.time - 301 },
    { what: "saw a larger checkpoint", code: "bundle/checkpoint-older", device: { seen: ahead } },
    { what: "saw another root of this size", code: "bundle/checkpoint-fork", device: { seen: fork } },
    {
      what: "saw a later entry",
      code: "bundle/entry-back",
      device: { seen: { ...device.seen, time: part.entry.time + 1 } },
    },
    {
      what: "pins another trust root",
      code: "trust/pinned",
      device: { trust: { ...device.trust, digest: fork.root } },
    },
    {
      what: "is on another ledger",
      code: "bundle/ledger",
      device: { ledger: device.ledger.replace("registry", "other") },
    },
    { what: "is of another class", code: "state/proof-root", device: { className: "pump" } },
    {
      what: "has no clock and no answer",
      code: "bundle/nonce",
      device: { clock: "none", nonce: "AAAAAAAAAAAAAAAAAAAAAA" },
    },
    {
      what: "runs the release already",
      code: "offer/sequence",
      device: { installed: { sequence, version } },
      ...(sensor && { wanted: sensor.release }),
    },
    {
      what: "runs a newer one",
      code: "offer/sequence",
      device: { installed: { sequence: now * 1000, version: "2.0.0" } },
    },
    { what: "has a higher counter", code: "offer/sequence", device: { counter: sequence + 1 } },
    {
      what: "runs a version that is greater, not as text",
      code: "offer/version",
      device: { installed: { sequence: 1, version: "1.10.0" } },
    },
    { what: "is of another vendor", code: "offer/vendor", device: { vendor: "emca" } },
    { what: "has another storage location", code: "offer/storage-location", device: { storageLocations: ["boot"] } },
    { what: "takes another format", code: "offer/format", device: { formats: ["delta"] } },
    { what: "pins another author", code: "bundle/author-unknown", device: { authors: [edKey("a stranger").key] } },
    { what: "holds the held release", code: "offer/held", wanted: releases.held },
    { what: "holds the revoked release", code: "offer/revoked", wanted: releases.revoked },
    { what: "holds the withdrawn release", code: "offer/withdrawn", wanted: releases.withdrawn },
    { what: "holds a superseded release", code: "offer/not-live", wanted: releases.first },
  ];
}
