import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { quantile } from "../statistics.ts";
import { EngineNetwork, type Form, type KindUsage, type NetworkOptions } from "./engine-network.ts";
import type { LoadResult } from "./load.ts";
import { runLoadProcess } from "./load-process.ts";
import { newTransactions, type Size } from "./transactions.ts";

/** What the processes of one kind spend on a transaction, at one node. */
export interface Cost {
  readonly kind: KindUsage["kind"];
  readonly cpuMs: number;
  readonly diskBytes: number;
  /** Peak RSS of the largest of these processes since their start, bytes. */
  readonly peak: number;
}

/** One load at one form. */
export interface LoadTimes {
  readonly size: Size;
  /** Of a transaction as it is sent. */
  readonly bytes: number;
  readonly perSecond: number;
  /** Milliseconds from sending until a block shows it. */
  readonly p50: number;
  readonly p95: number;
  readonly costs: readonly Cost[];
}

/** One form under one transaction at a time, and under many of each size. */
export interface FormTimes {
  readonly form: Form;
  readonly serial: LoadTimes;
  readonly loads: readonly LoadTimes[];
}

/** How much is measured. */
export interface Effort {
  /** Transactions one after the other. */
  readonly serial: number;
  /** Of each load with many in flight. */
  readonly seconds: number;
  readonly inFlight: number;
  readonly sizes: readonly Size[];
}

const SERIAL_WARMUP = 5;
const SERIAL_SECONDS = 60;
/** More than any form commits on two cores. */
const MOST_PER_SECOND = 2500;

interface Load {
  readonly size: Size;
  readonly count: number;
  readonly inFlight: number;
  readonly warmup: number;
  readonly seconds: number;
}

function costsOf(before: readonly KindUsage[], after: readonly KindUsage[], transactions: number): readonly Cost[] {
  return after.map(({ cpuMs, disk, kind, peak }, i) => ({
    cpuMs: (cpuMs - (before[i]?.cpuMs ?? 0)) / transactions,
    diskBytes: (disk - (before[i]?.disk ?? 0)) / transactions,
    kind,
    peak,
  }));
}

function assertWhole({ failed, missing }: LoadResult, form: Form): void {
  if (failed > 0 || missing > 0) throw new Error(`${form}: ${failed} transactions failed, ${missing} got lost`);
}

async function measureLoad(network: EngineNetwork, form: Form, load: Load): Promise<LoadTimes> {
  const { inFlight, seconds, size, warmup } = load;
  const lines = await newTransactions(form, network.floor, load);
  const transactions = join(network.floor.home.path, "load.txt");
  await writeFile(transactions, lines.join("\n"));
  const before = network.usage();
  const result = await runLoadProcess({ inFlight, seconds, sockets: network.sockets, transactions, warmup });
  assertWhole(result, form);
  const nodes = network.sockets.length;
  return {
    bytes: Buffer.from(lines[0] ?? "", "base64").length,
    costs: costsOf(before, network.usage(), (result.latencies.length + warmup) * nodes),
    p50: quantile(result.latencies, 0.5),
    p95: quantile(result.latencies, 0.95),
    perSecond: result.perSecond,
    size,
  };
}

/** Starts a network of one form, measures it and ends it. */
export async function measureForm(options: NetworkOptions, effort: Effort): Promise<FormTimes> {
  const { form } = options;
  await using network = await EngineNetwork.start(options);
  const count = effort.serial + SERIAL_WARMUP;
  const one = { count, inFlight: 1, seconds: SERIAL_SECONDS, size: 300, warmup: SERIAL_WARMUP } as const;
  const serial = await measureLoad(network, form, one);
  const loads: LoadTimes[] = [];
  for (const size of effort.sizes) {
    const many = { count: MOST_PER_SECOND * effort.seconds, inFlight: effort.inFlight, warmup: 2 * effort.inFlight };
    loads.push(await measureLoad(network, form, { ...many, seconds: effort.seconds, size }));
  }
  return { form, loads, serial };
}
