import { createHash } from "node:crypto";
import { Refusal } from "@firmament/core/errors";
import type { BootTable, Image, Memory, Offer, State, UpdateLimits } from "@firmament/core/update";
import { emptyMemory, imageOf, initialState, reduce } from "@firmament/core/update";

/** The refusal of a decision before an installation. */
export const revoked = new Refusal("offer/revoked", { status: 409, rule: "Revoked.", remedy: "None." }, "");

export const time = 1_800_000_000;
export const limits: UpdateLimits = { pieceSize: 16, trialBoots: 1, maxTrials: 2 };

/** The bytes of a release's image, different for each release. */
export function contentOf(release: string, size: number): Uint8Array {
  return new Uint8Array(size).map((_, i) => (i * 31 + release.charCodeAt(i % release.length)) & 0xff);
}

/** An offer whose release is named after its sequence. */
export function offerOf(sequence: number, change: Partial<Offer> & { size?: number } = {}): Offer {
  const { size = 40, ...rest } = change;
  const release = rest.release ?? `release-${sequence}`;
  const bytes = contentOf(release, size);
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
  const image = { size, sha256: digest("sha256"), sha384: digest("sha384") };
  return {
    release,
    sequence,
    version: String(sequence),
    manifestDigest: createHash("sha384").update(release).digest("base64url"),
    image,
    stored: { ...image, cid: `cid-of-${release}` },
    storageLocation: "main",
    floor: 0,
    ...rest,
  };
}

export function installedOf(sequence: number, change: Partial<Offer> = {}): Image {
  return imageOf(offerOf(sequence, change));
}

/** One component with sequence 10 in slot a and recovery 1. */
export function tableOf(change: Partial<BootTable["components"][number]> = {}): BootTable {
  const component = { storageLocation: "main", slotSize: 64, a: installedOf(10), recovery: installedOf(1), ...change };
  return { components: [component], confirmed: ["a"] };
}

export interface Started {
  readonly table: BootTable;
  readonly counters?: readonly number[];
  readonly memory?: Memory;
}

/** The state after an ordinary start. */
export function started({ table, counters = table.components.map(() => 0), memory = emptyMemory }: Started): State {
  return reduce(initialState(table), { type: "boot", running: "confirmed", table, counters, memory, time }, limits)
    .state;
}
