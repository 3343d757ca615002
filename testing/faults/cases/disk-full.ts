import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, cpSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { FaultCase } from "../case.ts";
import { doctor } from "../cli.ts";
import type { FaultMember } from "../fault-member.ts";
import type { FaultNetwork } from "../fault-network.ts";
import { commitAt, statusOf, untilCaughtUp } from "../live.ts";
import { until } from "../until.ts";

const DISK = "size=256m";
const CHUNK = new Uint8Array(65_536);
const FULL_MS = 5000;

function run(...[program, ...words]: readonly [string, ...string[]]): void {
  const { status, stderr } = spawnSync(program, words);
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${String(stderr)}`);
}

function unmount(path: string): void {
  if (readFileSync("/proc/mounts", "utf8").includes(` ${path} `)) run("umount", path);
}

// Sockets cannot be copied, and their owners make new ones.
function copy(from: string, to: string): void {
  cpSync(from, to, { filter: (each) => !each.endsWith(".sock"), preserveTimestamps: true, recursive: true });
}

/** Fills a disk to its last byte. */
function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (;;) writeSync(file, CHUNK);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ENOSPC")) throw cause;
  } finally {
    closeSync(file);
  }
}

// Everything of the organisation lies on a small disk of its own while the work lasts.
async function onSmallDisk(network: FaultNetwork, member: FaultMember, work: () => Promise<void>): Promise<void> {
  const { path } = member.home;
  const aside = `${path}-aside`;
  await member.stop();
  copy(path, aside);
  run("mount", "-t", "tmpfs", "-o", DISK, "tmpfs", path);
  network.undo.defer(() => {
    unmount(path);
  });
  copy(aside, path);
  rmSync(aside, { recursive: true });
  member.start();
  await member.ready();
  await work();
  await member.stop();
  copy(path, aside);
  unmount(path);
  rmSync(path, { recursive: true });
  renameSync(aside, path);
}

export const diskFull: FaultCase = {
  name: "disk-full",
  fault: "the disk of one organisation's application, engine and node is full, and has room again",
  seconds: 240,
  missing: () => (process.getuid?.() === 0 ? undefined : "needs root, to mount a small tmpfs"),
  async run(stage) {
    const { network } = stage;
    const member = network.member(3);
    await onSmallDisk(network, member, async () => {
      const ballast = join(member.home.path, "ballast");
      const load = stage.load({ inFlight: 1, members: network.members.slice(0, 3) });
      fill(ballast);
      const full = Date.now();
      await until("its front is gone", 60_000, async () => (await statusOf(member)) === undefined);
      stage.time("front gone after", Date.now() - full);
      await delay(FULL_MS);
      const found = await doctor(member);
      assert.ok(found.includes("disk-low"), `doctor found ${found.join(", ")}`);
      stage.note(`doctor: ${found.join(", ")}`);
      assert.ok(load.since(full + FULL_MS / 2) > 0, "the others do not go on");
      rmSync(ballast);
      const healing = performance.now();
      await untilCaughtUp(network, member, 120_000);
      stage.time("room again, all entries", performance.now() - healing);
      await load.stop();
      await commitAt(network, member);
    });
  },
};
