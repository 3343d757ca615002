import assert from "node:assert/strict";
import { copyFile, cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "@firmament/cli/src/start/ports.ts";
import { signPossession } from "@firmament/agents/signing";
import { makeEngineKeys, readEngineKeys } from "@firmament/server/engine";
import { decodeNetwork, Home, type Network } from "@firmament/server/home";
import { carried, signed } from "../acts.ts";
import type { FaultCase } from "../case.ts";
import { FaultMember } from "../fault-member.ts";
import type { FaultNetwork } from "../fault-network.ts";
import { untilCaughtUp } from "../live.ts";
import { until } from "../until.ts";

const VALIDATOR = "priv_validator_key.json";
const PEER = "node_key.json";

const keyFile = ({ home, name }: Pick<FaultMember, "home" | "name">, file: string) =>
  join(home.engineFolder(name), "config", file);

function moved(network: Network, organisation: string, ports: readonly number[]): Network {
  const [ledger = 0, node = 0, peer = 0] = ports;
  const place = {
    ledger: `http://127.0.0.1:${ledger}/`,
    organisation,
    peer: `127.0.0.1:${peer}`,
    url: `http://127.0.0.1:${node}/`,
  };
  return { ...network, nodes: network.nodes.map((each) => (each.organisation === organisation ? place : each)) };
}

// A second machine with the same consensus key, and a peer key of its own; nothing of what the first one voted.
async function secondMachine(member: FaultMember): Promise<FaultMember> {
  const { home, name } = member;
  const second = new Home(join(home.path, "second"));
  await mkdir(second.path);
  await copyFile(home.genesisFile, second.genesisFile);
  const network = moved(decodeNetwork(await readFile(home.networkFile)), name, await freePorts(3));
  await writeFile(second.networkFile, JSON.stringify(network));
  await cp(join(home.organisation(name), "keys"), join(second.organisation(name), "keys"), { recursive: true });
  await makeEngineKeys(second.engineFolder(name));
  const twin = new FaultMember(second, name, network, member.admin);
  await copyFile(keyFile(member, VALIDATOR), keyFile(twin, VALIDATOR));
  return twin;
}

async function declarePeer(network: FaultNetwork, member: FaultMember, twin: FaultMember): Promise<void> {
  const { peer, signer, validator } = readEngineKeys(twin.home.engineFolder(twin.name));
  const claim = { ledger: network.genesis.ledger, organisation: member.name, purpose: "validator" } as const;
  const body = { peer, proof: await signPossession(signer, claim), validator };
  await carried(network, member, await signed(network, member, "node.declare", body));
}

async function evidenceAt({ home, name }: FaultMember): Promise<readonly string[]> {
  const files = await readdir(home.evidenceFolder(name)).catch(() => []);
  return files.filter((file) => file.startsWith("duplicate-vote"));
}

async function hasAlarm({ home, name }: FaultMember): Promise<boolean> {
  const log = await readFile(join(home.logFolder, `application-${name}.log`), "utf8");
  return log.includes('"event":"validator misbehaved"');
}

export const doubleKey: FaultCase = {
  name: "double-key",
  fault: "an organisation moves its validator to another machine, and leaves the first one running with the same key",
  seconds: 200,
  async run(stage) {
    const { network } = stage;
    const [member, others] = [network.member(3), network.members.slice(0, 3)];
    const twin = await secondMachine(member);
    await declarePeer(network, member, twin);
    twin.start("validator");
    try {
      await twin.ready();
      await untilCaughtUp(network, twin);
      stage.note("the second machine has all entries and votes, too");
      const load = stage.load({ inFlight: 2, members: [...others, member, twin] });
      const known = async () => (await Promise.all(others.map(evidenceAt))).every((files) => files.length > 0);
      stage.time("evidence at all others after", await until("evidence at all others", 120_000, known));
      for (const each of others) assert.ok(await hasAlarm(each), `the log of ${each.name} has no alarm`);
      stage.note("each of the others has the evidence as a file, and an alarm in its application's log");
      const seen = Date.now();
      await until("the others go on", 30_000, () => load.since(seen) > 0);
      stage.figure("acknowledged", String(load.acknowledged.length));
      await load.stop();
    } finally {
      await twin.stop();
    }
    await member.stop("validator");
    await copyFile(keyFile(twin, PEER), keyFile(member, PEER));
    member.start();
    await member.ready();
  },
};
