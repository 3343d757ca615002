import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { CHARLIE, DELTA, OPERATOR, ORGANISATIONS, VENDOR } from "@firmament/cli/src/start/people.ts";
import { readHealth } from "@firmament/server/engine";
import { ledgerUrl } from "@firmament/server/home";
import { HttpLedger } from "@firmament/ledger-http";
import { type LedgerStatus } from "@firmament/replica";
import { LiveConsortium } from "../bench/live.ts";
import { firmament } from "../e2e/program.ts";
import { decideTogether } from "@firmament/cli/src/commands/org.ts";
import { engineSkip } from "./engine-skip.ts";
import { isRunning } from "./support/pair.ts";
import { processesOf } from "./support/processes.ts";
import { until } from "./support/until.ts";

type Part = "application" | "engine" | "supervisor";

describe("four organisations on the real engine", { skip: engineSkip() }, () => {
  let live: LiveConsortium;
  let vendors = 0;

  const home = () => live.session.home;
  const pidOf = (organisation: string, part: Part) =>
    Number(readFileSync(join(home().runFolder(organisation), `${part}.pid`), "utf8"));
  const status = (organisation: string): Promise<LedgerStatus | undefined> =>
    new HttpLedger(ledgerUrl(live.session.network, organisation)).status().catch(() => undefined);

  // A vote of the others, each through its own front.
  async function decideWithout(away: string): Promise<void> {
    const action = { organisation: VENDOR, type: "vendor.create", vendor: `vendor-${++vendors}` } as const;
    await decideTogether(
      live.session,
      ORGANISATIONS.filter((each) => each !== away),
      action,
    );
  }

  const sameEverywhere = () =>
    until("all organisations to have the same log", async () => {
      const all = await Promise.all(ORGANISATIONS.map(status));
      return all.every((each) => each !== undefined && each.root === all[0]?.root) || undefined;
    });

  // Back is a pair of which nothing is left of before, as its supervisor tells after the kill.
  async function killed(organisation: string, part: Part): Promise<void> {
    const old = [pidOf(organisation, "application"), pidOf(organisation, "engine")];
    const at = Math.floor(Date.now() / 1000);
    process.kill(pidOf(organisation, part), "SIGKILL");
    await until(`${organisation} to run again`, async () => {
      const health = await readHealth(home().runFolder(organisation));
      const isBack = health !== undefined && health.time > at && health.state === "running";
      return (isBack && health.engine !== undefined && !old.some(isRunning)) || undefined;
    });
  }

  before(async () => {
    live = await LiveConsortium.start(["--engine", "cometbft"]);
  });

  after(async () => {
    const { path } = home();
    await live[Symbol.asyncDispose]();
    assert.deepEqual(processesOf(path), []);
  });

  it("each has its own validator, node and copy, and all copies are equal after the main job", async () => {
    await sameEverywhere();
    const audited = await firmament(["log", "audit", "--home", home().path, "--json"]);
    assert.equal(audited.code, 0, audited.stdout + audited.stderr);
    const { copies } = JSON.parse(audited.stdout) as { copies: { found: number; size: number }[] };
    assert.deepEqual([copies.length, copies.every(({ found, size }) => found === 0 && size > 20)], [8, true]);
  });

  it("is reached by others while a hundred strangers hold connections to its engine and say nothing", async () => {
    const { peer = "" } = live.session.network.nodes.find((each) => each.organisation === DELTA) ?? {};
    const [host, port] = peer.split(":");
    const knock = () => connect(Number(port), host).on("error", () => undefined);
    const strangers = Array.from({ length: 100 }, knock);
    const other = knock();
    try {
      // The engine speaks first: with the key of its handshake.
      await once(other, "data", { signal: AbortSignal.timeout(3000) });
    } finally {
      for (const each of [...strangers, other]) each.destroy();
    }
  });

  it("is connected with every other, and each supervisor says how all are", async () => {
    const health = await until("all fronts to answer", async () => {
      const found = await readHealth(home().runFolder(OPERATOR));
      return found?.others.every(({ state }) => state !== undefined) === true ? found : undefined;
    });
    assert.deepEqual([health.state, health.engine?.peers.length, health.others.length], ["running", 3, 3]);
    assert.equal(statSync(home().runFolder(OPERATOR)).mode & 0o777, 0o700);
  });

  for (const [part, organisation] of [
    ["application", CHARLIE],
    ["engine", DELTA],
    ["supervisor", OPERATOR],
  ] as const) {
    it(`goes on while the ${part} of one is killed, which comes back and catches up`, async () => {
      await Promise.all([killed(organisation, part), decideWithout(organisation)]);
      await decideWithout("nobody");
      await sameEverywhere();
    });
  }

  it("is called well by the doctor of each", async () => {
    for (const organisation of [VENDOR, CHARLIE]) {
      const words = ["node", "doctor", "--home", home().path, "--json", "--organisation", organisation];
      const { code, stderr, stdout } = await firmament(words);
      assert.equal(code, 0, stdout + stderr);
      assert.equal((JSON.parse(stdout) as { isHealthy: boolean }).isHealthy, true);
    }
  });

  it("is not run twice: a second supervisor of one organisation is refused", async () => {
    const second = await firmament(["serve", "validator", "--organisation", VENDOR, "--home", home().path]);
    assert.equal(second.code, 3);
    assert.equal((JSON.parse(second.stderr) as { code: string }).code, "engine/running");
  });
});
