import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { engineSkip } from "../network/engine-skip.ts";

const MAIN = fileURLToPath(import.meta.resolve("@firmament/cli/src/main.ts"));
/** A network of its own for a program: nothing in it but a loopback that is down. */
const ISOLATED = ["--map-root-user", "--net"];

function skipReason(): string | false {
  const isAllowed = spawnSync("unshare", [...ISOLATED, "ip", "link", "set", "lo", "up"]).status === 0;
  return isAllowed ? engineSkip() : "this machine lets no process have a network of its own (unshare, ip)";
}

const folder = mkdtempSync(join(tmpdir(), "fm-"));
after(() => {
  rmSync(folder, { force: true, recursive: true });
});

it("[S0-19] the whole system runs on a site without any other network", { skip: skipReason() }, async () => {
  const program = [process.execPath, MAIN, "start", "--engine", "cometbft", "--once", "--json", "--out", folder];
  const script = 'ip link set lo up && test -z "$(ip route)" && exec "$@"';
  const { stdout } = await promisify(execFile)("unshare", [...ISOLATED, "sh", "-c", script, "sh", ...program]);
  const { release, steps } = JSON.parse(stdout) as { readonly release: string; readonly steps: readonly object[] };
  assert.match(release, /^[\w-]{43}$/);
  assert.ok(steps.length > 10);
});
