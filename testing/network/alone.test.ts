import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "node:test";
import { freePorts } from "@firmament/cli/src/start/ports.ts";
import { firmament } from "../e2e/program.ts";
import { engineSkip } from "./engine-skip.ts";
import { processesOf } from "./support/processes.ts";
import { until } from "./support/until.ts";

const MAIN = fileURLToPath(import.meta.resolve("@firmament/cli/src/main.ts"));

interface Diagnosis {
  readonly findings: readonly { readonly code: string; readonly says: string }[];
}

describe("one command for each organisation", { skip: engineSkip() }, () => {
  const folder = mkdtempSync(join(tmpdir(), "firmament-alone-"));
  const home = ["--home", join(folder, "home"), "--json"];
  const alpha = ["--organisation", "alpha.example", ...home];
  const environment = { FIRMAMENT_PASSPHRASE_FILE: join(folder, "home", "passphrase") };

  async function run(): Promise<ChildProcess> {
    const child = spawn(process.execPath, [MAIN, "node", "run", ...alpha], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface(child.stdout)) if (line === "}") return child;
    throw new Error("the node did not start");
  }

  const noneLeft = () => until("no process to be left", () => processesOf(folder).length === 0 || undefined);

  async function diagnosis(): Promise<{ readonly code: number; readonly findings: Diagnosis["findings"] }> {
    const { code, stderr, stdout } = await firmament(["node", "doctor", ...alpha], environment);
    assert.equal(stderr, "");
    return { code, findings: (JSON.parse(stdout) as Diagnosis).findings };
  }

  before(async () => {
    const [port = 0] = await freePorts(1);
    const up = await firmament(["network", "up", "--once", "--organisations", "4", "--port", String(port), ...home]);
    assert.equal(up.code, 0, up.stderr);
    const { services } = JSON.parse(up.stdout) as { services: readonly { url: string }[] };
    const hosts = new Set(services.map(({ url }) => new URL(url).hostname));
    assert.deepEqual(
      [services.length, [...hosts].sort()],
      [11, ["127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.14"]],
    );
    await noneLeft();
  });

  after(() => {
    for (const pid of processesOf(folder)) process.kill(pid, "SIGKILL");
    rmSync(folder, { force: true, recursive: true });
  });

  it("runs what the organisation has, says who is away while it is alone, and leaves nothing behind", async () => {
    const node = await run();
    const { code, findings } = await diagnosis();
    const found = findings.find((each) => each.code === "no-quorum");
    assert.equal(code, 3);
    assert.match(found?.says ?? "", /Away: bravo\.example, charlie\.example, delta\.example/);
    const ended = once(node, "exit");
    node.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null]);
    assert.deepEqual(processesOf(folder), []);
  });

  it("leaves nothing behind even when it is killed, and says afterwards that it does not run", async () => {
    const node = await run();
    node.kill("SIGKILL");
    await noneLeft();
    const { code, findings } = await diagnosis();
    assert.deepEqual([code, findings.map((each) => each.code)], [3, ["not-running"]]);
  });

  it("needs an organisation that the network knows, a known engine and enough organisations", async () => {
    const refusal = async (...words: readonly string[]) => {
      const { code, stderr } = await firmament(words, environment);
      return [code, (JSON.parse(stderr) as { code: string }).code];
    };
    assert.deepEqual(await refusal("node", "run", "--organisation", "zulu.example", ...home), [3, "cli/unknown"]);
    const empty = ["--home", join(folder, "empty"), "--json"];
    assert.deepEqual(await refusal("network", "up", "--organisations", "3", ...empty), [2, "cli/usage"]);
    assert.deepEqual(await refusal("init", "--organisations", "a,b", "--engine", "other", ...empty), [2, "cli/usage"]);
  });
});
