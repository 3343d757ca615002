import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolder } from "./durable-file.ts";
import type { Command } from "./engine/child.ts";
import { declaredValidators } from "./engine/declared.ts";
import { refuse } from "./engine/errors.ts";
import { findEngine } from "./engine/find.ts";
import { KeyRotation } from "./engine/key-rotation.ts";
import { observe } from "./engine/observe.ts";
import { prepareEngine } from "./engine/prepare.ts";
import { engineVoters } from "./engine/probe.ts";
import { engineSockets } from "./engine/sockets.ts";
import { removeSupervisor, supervisorOf, writeSupervisor } from "./engine/stale.ts";
import { Supervisor, type SupervisorOptions } from "./engine/supervisor.ts";
import { watch } from "./engine/watch.ts";
import { Home, ledgerUrl } from "./home.ts";
import { logLine, type Service } from "./service.ts";
import { Transport } from "./tls/index.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const KIND = "validator";

// The passphrase is found from another folder, too.
function applicationCommand(home: Home, organisation: string): Command {
  const { FIRMAMENT_PASSPHRASE_FILE: file } = process.env;
  const passphrase = file === undefined ? {} : { FIRMAMENT_PASSPHRASE_FILE: resolve(file) };
  return {
    program: process.execPath,
    args: [MAIN, "application", home.path, organisation],
    env: { ...process.env, ...passphrase },
    isLinked: true,
  };
}

// Nothing of our environment: the engine would take settings from it.
function engineCommand(home: Home, organisation: string): Command {
  const folder = home.engineFolder(organisation);
  return { program: findEngine(), args: ["start", "--home", folder], env: { HOME: folder }, isLinked: false };
}

/** Two supervisors would start one consensus key twice. */
function claim(runFolder: string, home: Home, organisation: string): void {
  const other = supervisorOf(runFolder, organisation);
  if (other !== undefined) throw refuse("engine/running", `Process ${other} of ${home.path}.`);
  writeSupervisor(runFolder);
}

const declaredIn = (home: Home, organisation: string) =>
  declaredValidators(home.applicationFile(organisation), home.replicaFile(organisation)).members;

function keyRotation(home: Home, organisation: string): KeyRotation {
  const socket = join(home.runFolder(organisation), engineSockets.rpc);
  return new KeyRotation({
    folder: home.engineFolder(organisation),
    member: () => declaredIn(home, organisation).find((each) => each.organisation === organisation),
    voters: () => engineVoters(socket),
  });
}

function supervisorOptions(home: Home, organisation: string, rotation: KeyRotation): SupervisorOptions {
  const report = logLine(KIND, organisation);
  return {
    application: applicationCommand(home, organisation),
    engine: engineCommand(home, organisation),
    folder: home.runFolder(organisation),
    log: (part) => join(home.logFolder, `${part}-${organisation}.log`),
    prepare: async () => {
      const installed = rotation.install();
      if (installed.length > 0) report("keys replaced", { installed });
      await prepareEngine(home, organisation, declaredIn(home, organisation));
    },
    report,
  };
}

/**
 * Runs one organisation's validator: its application and its engine, as a supervised pair.
 *
 * @param stopped resolves when the pair must end, even before it has ever answered
 * @throws Refusal `engine/…`, `home/…`
 */
export async function startValidator(given: Home, organisation: string, stopped: Promise<undefined>): Promise<Service> {
  const home = new Home(resolve(given.path));
  const url = ledgerUrl(await home.network(), organisation).href;
  const rotation = keyRotation(home, organisation);
  const options = supervisorOptions(home, organisation, rotation);
  const { folder: runFolder, report } = options;
  makeFolder(runFolder);
  makeFolder(home.logFolder);
  claim(runFolder, home, organisation);
  // What no later start would find mended is refused now; an engine that was left behind may still run.
  await prepareEngine(home, organisation);
  const state = home.applicationFile(organisation);
  const transport = await Transport.open({ home, organisation, state, log: report });
  const supervisor = new Supervisor(options);
  const stop = new AbortController();
  void stopped.then(() => {
    stop.abort();
  });
  // The wish of whoever changed what the pair reads at its start.
  const again = () => {
    supervisor.restart("a signal asked for it");
  };
  process.on("SIGHUP", again);
  const seen = () => observe(home, organisation, transport.fetch);
  const running = supervisor.run(stop.signal);
  const isKeyDue = () => rotation.isDue();
  const watching = watch({ isKeyDue, observe: seen, organisation, report, runFolder, supervisor }, stop.signal);
  await Promise.race([supervisor.ready, running]);
  return {
    name: `${KIND} ${organisation}`,
    url,
    ended: running.then(() => undefined),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all([running, watching]);
      process.off("SIGHUP", again);
      removeSupervisor(runFolder);
      await transport[Symbol.asyncDispose]();
    },
  };
}
