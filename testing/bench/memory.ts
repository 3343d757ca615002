import { spawn } from "node:child_process";
import { once } from "node:events";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeImage } from "@firmament/cli/src/image.ts";
import { fetchContent } from "@firmament/store-file";
import { AUTHOR, CLASS, nextVersion } from "./example.ts";
import { type Part, within } from "./figure.ts";
import { freshImage } from "./image.ts";
import type { LiveConsortium, NamedProcess } from "./live.ts";
import { memoryOf, resetPeak } from "./process-memory.ts";

/** Bytes of one process. */
export interface MemoryUse {
  readonly name: string;
  readonly idle: number;
  readonly peak: number;
}

const SAMPLE_MS = 50;
const SMALL_BYTES = 4096;
const LIMIT_MB = 100;
const MB = 1e6;
const CLI = fileURLToPath(import.meta.resolve("@firmament/cli/src/main.ts"));

/** The highest that each process was seen at. */
class Sampler implements Disposable {
  readonly #peaks = new Map<number, number>();
  readonly #timer: NodeJS.Timeout;
  readonly pids: Set<number>;

  constructor(pids: readonly number[]) {
    this.pids = new Set(pids);
    for (const pid of pids) resetPeak(pid);
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
  }

  #sample(): void {
    for (const pid of this.pids) {
      const found = memoryOf(pid);
      if (found !== undefined) this.#peaks.set(pid, Math.max(this.peakOf(pid), found.peak, found.resident));
    }
  }

  peakOf(pid: number): number {
    return this.#peaks.get(pid) ?? 0;
  }

  [Symbol.dispose](): void {
    this.#sample();
    clearInterval(this.#timer);
  }
}

// As a user's shell does; the process ends once the release is STORED.
async function publishByCli(live: LiveConsortium, image: string, sampler: Sampler): Promise<number> {
  const as = `${AUTHOR.organisation}/${AUTHOR.actor}`;
  const words = ["--class", CLASS, "--version", nextVersion(), "--vendor", "acme", "--as", as];
  const command = [CLI, "release", "publish", image, ...words, "--home", live.session.home.path, "--json"];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "ignore", "inherit"] });
  const pid = child.pid ?? 0;
  sampler.pids.add(pid);
  await once(child, "exit");
  if (child.exitCode !== 0) throw new Error(`the publication ended with ${child.exitCode}`);
  return sampler.peakOf(pid);
}

async function passThrough(live: LiveConsortium, image: string, sampler: Sampler): Promise<number> {
  const { cid, size } = await describeImage(image);
  const cli = await publishByCli(live, image, sampler);
  let taken = 0;
  for await (const piece of fetchContent([new URL(live.session.network.retrieval.url)], cid, size))
    taken += piece.length;
  if (taken !== size) throw new Error(`${taken} of ${size} bytes came`);
  return cli;
}

async function withImage(
  live: LiveConsortium,
  bytes: number,
  work: (image: string) => Promise<number>,
): Promise<number> {
  const image = await freshImage(join(live.folder, "large.bin"), bytes);
  const result = await work(image);
  await unlink(image);
  return result;
}

/** Lets an image pass through every process, from the author's command line to a device's download. */
export async function measureMemory(live: LiveConsortium, bytes: number): Promise<readonly MemoryUse[]> {
  const pids = live.services.map(({ pid }) => pid);
  const publish = async (size: number) => {
    using sampler = new Sampler(pids);
    const cli = await withImage(live, size, (image) => passThrough(live, image, sampler));
    return { cli, peakOf: ({ pid }: NamedProcess) => sampler.peakOf(pid) };
  };
  // An idle command line is one that publishes next to nothing; the services have then done all their work once.
  const small = await publish(SMALL_BYTES);
  const idle = live.services.map(({ pid }) => memoryOf(pid)?.resident ?? 0);
  const large = await publish(bytes);
  const services = live.services.map((each, i) => ({ idle: idle[i] ?? 0, name: each.name, peak: large.peakOf(each) }));
  return [...services, { idle: small.cli, name: "command line", peak: large.cli }];
}

export function memoryPart(bytes: number, uses: readonly MemoryUse[]): Part {
  return {
    title: `memory while ${bytes / MB} MB pass: above idle`,
    figures: uses.map(({ idle, name, peak }) => {
      const above = {
        what: `${name}, idle at ${(idle / MB).toFixed(0)} MB`,
        value: Math.max(0, peak - idle) / MB,
        unit: "MB",
      };
      return within("limit", above, LIMIT_MB);
    }),
    notes: [
      `highest of VmRSS each ${SAMPLE_MS} ms and VmHWM, from the publication to the end of a download;`,
      `the command line's idle value is its peak while it publishes ${SMALL_BYTES} bytes`,
    ],
  };
}
