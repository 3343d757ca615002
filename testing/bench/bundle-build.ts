import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeBundle } from "@firmament/core/bundle";
import { nodeCrypto } from "@firmament/crypto";
import { BundleBuilder, openDatabase } from "@firmament/replica";
import type { Diagram } from "./curve.ts";
import { type Part, within } from "./figure.ts";
import { BareReads, watchedDatabase } from "./row-reads.ts";
import { otherClasses, type ScaledLedger } from "./scale.ts";
import { quantile, timed } from "./statistics.ts";

/** Milliseconds for one bundle of each class. */
export interface BuildTimes {
  readonly build: readonly number[];
  /** The same row reads bare. */
  readonly floor: readonly number[];
  readonly reads: number;
  readonly bytes: number;
}

const LIMIT_MS = 5;

/** Builds a bundle of every class from the ledger's file, opened for reading as a retrieval agent opens it. */
export function measureBuild({ c }: ScaledLedger): BuildTimes {
  const folder = mkdtempSync(join(tmpdir(), "firmament-bench-"));
  try {
    const file = join(folder, "replica.sqlite");
    c.replica.database.exec(`VACUUM INTO '${file}'`);
    const database = openDatabase(file, { readOnly: true });
    const builder = new BundleBuilder(database, nodeCrypto, c.ledger);
    const build = (className: string, by = builder) =>
      encodeBundle({ classPart: by.classPart(className), devicePart: undefined });
    const { port, reads } = watchedDatabase(database);
    const watched = new BundleBuilder(port, nodeCrypto, c.ledger);
    const bare = new BareReads(database);
    const readsOf = (className: string) => {
      reads.length = 0;
      build(className, watched);
      return [...reads];
    };
    const work = otherClasses.map((className) => ({ className, reads: readsOf(className) }));
    bare.prepare(work.flatMap((each) => each.reads));
    // Apart, not in turn: whoever came second would find the pages in SQLite's cache.
    const passes = () => ({
      floor: work.map((each) => timed(() => bare.repeat(each.reads))),
      times: work.map(({ className }) => timed(() => build(className))),
    });
    passes();
    const { floor, times } = passes();
    const bytes = build(otherClasses[0] ?? "").length;
    database.close();
    return {
      build: times,
      bytes,
      floor,
      reads: work.reduce((sum, each) => sum + each.reads.length, 0) / work.length,
    };
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
}

export function buildPart({ build, bytes, floor, reads }: BuildTimes): Part {
  const at = (share: number, name: string) => {
    const [value, bare] = [quantile(build, share), quantile(floor, share)];
    return { what: `${name} of ${build.length} classes`, value, unit: "ms", floor: bare };
  };
  return {
    title: "build a class bundle",
    figures: [at(0.5, "p50"), within("limit", at(0.99, "p99"), LIMIT_MS)],
    notes: [`${bytes} bytes; floor: its ${reads.toFixed(0)} row reads bare, from the same file`],
  };
}

export function buildDiagram({ build, floor }: BuildTimes): Diagram {
  const points = (times: readonly number[]) =>
    [1, 5, 10, 25, 50, 75, 90, 95, 99, 100].map((percent) => [percent, quantile(times, percent / 100)] as const);
  return {
    title: "Building a class bundle",
    x: "percentile",
    y: "milliseconds",
    series: [
      { name: "build", points: points(build) },
      { name: "floor: row reads", isReference: true, points: points(floor) },
    ],
  };
}
