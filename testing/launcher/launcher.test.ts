import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { SpawnSyncReturns } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../repository/workspaces.ts";

const launcher = join(root, "bin/firmament.mjs");
const env: Readonly<Record<string, string | undefined>> = { ...process.env, FIRMAMENT_NO_INSTALL: "1" };

function launch(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [launcher, ...args], { cwd: tmpdir(), env, encoding: "utf8" });
}

test("the exit code is the program's", () => {
  assert.equal(launch("--exec", "node", "-e", "process.exit(7)").status, 7);
  assert.equal(launch("--exec", "node", "-e", "0").status, 0);
});

test("the signal that ends the program ends the launcher", () => {
  assert.equal(launch("--exec", "node", "-e", "process.kill(process.pid, 'SIGKILL')").signal, "SIGKILL");
});

test("a signal to the launcher reaches the program, which may still end in its own way", async () => {
  const program = "process.on('SIGTERM', () => process.exit(9)); console.log('ready'); setInterval(() => {}, 1000)";
  const child = spawn(process.execPath, [launcher, "--exec", "node", "-e", program], { env, stdio: "pipe" });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [9, null]);
});

test("tools run with Node 24 or newer in the repository's folder, with a compile cache, arguments untouched", () => {
  const program = "console.log(JSON.stringify([process.versions.node, process.cwd(), process.argv.slice(1)]))";
  const { stdout } = launch("--exec", "node", "-e", program, "a b", "--json");
  const [version, folder, args] = JSON.parse(stdout) as [string, string, string[]];
  assert.ok(Number.parseInt(version, 10) >= 24);
  assert.equal(folder, root);
  assert.deepEqual(args, ["a b", "--json"]);
  const cache = launch("--exec", "node", "-p", "process.env.NODE_COMPILE_CACHE").stdout.trim();
  assert.equal(cache, env["NODE_COMPILE_CACHE"] ?? join(root, ".toolchain/compile-cache"));
});

test("a file or tool that does not exist is said in one line", () => {
  for (const args of [
    ["--run", "testing/nothing.ts"],
    ["--exec", "no-such-tool"],
  ]) {
    const { status, stderr } = launch(...args);
    assert.equal(status, 1);
    assert.match(stderr, /^firmament: .*\n$/);
  }
});
