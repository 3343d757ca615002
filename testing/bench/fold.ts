import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeCrypto } from "@firmament/crypto";
import { Replica } from "@firmament/replica";
import { Consortium } from "../kit/index.ts";
import type { Diagram } from "./curve.ts";
import { atLeast, type Part } from "./figure.ts";
import { commitMs, foldBlock, foldFloor } from "./fold-floor.ts";
import { type Accepted, another, idOf, type SampleRegistration, sampleRegistration } from "./sample-registration.ts";
import { timed } from "./statistics.ts";

/** Transactions per second into the state tree and the log, from a number of keys on. */
export interface FoldRate {
  readonly keys: number;
  readonly perSecond: number;
  /** The hashes bare and one SQLite commit of the same bytes for each block. */
  readonly floorPerSecond: number;
  readonly hashesEach: number;
}

export interface FoldTimes {
  readonly rates: readonly FoldRate[];
  readonly fillSeconds: number;
  readonly sample: SampleRegistration;
}

/** Of the sequencer (`sequencerLimits.maxBlock`). */
const BLOCK = 512;
const BLOCKS = 8;
const FILL_BLOCK = 250_000;
const AIM_PER_SECOND = 2000;

function rowsIn({ database }: Replica, table: "nodes" | "state"): number {
  return Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"]);
}

// In the order of the state's own index, as whoever loads in bulk would do it.
function fillTo(replica: Replica, keys: number, common: Accepted): void {
  const value = new Uint8Array(200);
  for (let at = rowsIn(replica, "state"); at < keys; at += FILL_BLOCK) {
    const count = Math.min(FILL_BLOCK, keys - at);
    const ids = Array.from({ length: count }, (_, i) => idOf(`key ${at + i}`)).sort();
    const writes = ids.map((id) => ({ key: ["device", id] as const, value }));
    replica.begin(common.time).append({ ...common, id: idOf(`fill ${at}`), writes });
    replica.commit();
  }
}

const blockOf = (accepted: Accepted, name: string): readonly Accepted[] =>
  Array.from({ length: BLOCK }, (_, i) => another(accepted, `${name} ${i}`));

/** Fills a replica on disk up to each number of keys, and folds registrations of real size into it. */
export async function measureFold(sizes: readonly number[]): Promise<FoldTimes> {
  const folder = mkdtempSync(join(tmpdir(), "firmament-bench-"));
  try {
    using c = await Consortium.ready();
    const sample = await sampleRegistration(c);
    const file = join(folder, "replica.sqlite");
    const rates: FoldRate[] = [];
    let fillMs = 0;
    for (const keys of sizes) {
      const blocks = Array.from({ length: BLOCKS }, (_, i) => blockOf(sample.accepted, `${keys} ${i}`));
      let foldMs = 0;
      {
        using replica = Replica.open(file, nodeCrypto, c.genesisFile);
        fillMs += timed(() => fillTo(replica, keys, sample.accepted));
        // What filling has left to write back is no part of the fold.
        replica.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        foldBlock(replica, blockOf(sample.accepted, `${keys} warm-up`));
        foldMs = timed(() => blocks.forEach((block) => foldBlock(replica, block))) / BLOCKS;
      }
      const floor = foldFloor(file, c.genesisFile, blockOf(sample.accepted, `${keys} floor`));
      const floorMs = floor.hashMs + commitMs(folder, floor.bytes);
      rates.push({
        floorPerSecond: (BLOCK / floorMs) * 1000,
        hashesEach: floor.hashes / BLOCK,
        keys,
        perSecond: (BLOCK / foldMs) * 1000,
      });
    }
    return { fillSeconds: fillMs / 1000, rates, sample };
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
}

export function foldPart({ fillSeconds, rates, sample }: FoldTimes): Part {
  const most = Math.max(...rates.map(({ keys }) => keys));
  const { signatureMs, signatures } = sample;
  return {
    title: "fold: registrations into state tree and log, signatures apart",
    figures: [
      ...rates.map(({ floorPerSecond: floor, keys, perSecond: value }) => {
        const figure = { what: `from ${keys} keys`, value, unit: "/s", floor };
        return keys === most ? atLeast("aim", figure, AIM_PER_SECOND) : figure;
      }),
      { what: `filling ${most} keys`, value: fillSeconds, unit: "s" },
      { what: `its ${signatures} signatures, apart`, value: signatureMs, unit: "ms" },
    ],
    notes: [
      `${BLOCKS} blocks of ${BLOCK} transactions of ${sample.accepted.bytes.length} bytes, ${sample.accepted.writes.length} writes each;`,
      `floor: ${rates.at(-1)?.hashesEach.toFixed(1) ?? ""} hashes each, bare, and one SQLite commit of the same bytes for each block`,
    ],
  };
}

export function foldDiagram({ rates }: FoldTimes): Diagram {
  return {
    title: "Fold: registrations per second, signatures apart",
    x: "keys in the state",
    y: "transactions per second",
    series: [
      { name: "fold", points: rates.map(({ keys, perSecond }) => [keys, perSecond]) },
      { name: "floor", isReference: true, points: rates.map(({ keys, floorPerSecond }) => [keys, floorPerSecond]) },
      { name: "aim", isReference: true, points: rates.map(({ keys }) => [keys, AIM_PER_SECOND]) },
    ],
  };
}
