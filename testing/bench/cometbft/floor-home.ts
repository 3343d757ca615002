import { writeFile } from "node:fs/promises";
import { freePorts } from "@firmament/cli/src/start/ports.ts";
import { decodeGenesis, type Genesis } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { makeEngineKeys } from "@firmament/server/engine";
import { Home, type Network } from "@firmament/server/home";
import { foundingGenesis, newOrganisation, type TestOrganisation } from "../../kit/index.ts";

/** A founded consortium with engines, nothing of it running; its keys lie in memory, the engines' in their files. */
export interface FloorHome {
  readonly home: Home;
  readonly genesis: Genesis;
  readonly network: Network;
  readonly members: readonly TestOrganisation[];
}

const HOST = 11;

// Each engine on an address of its own, as on a machine of its own.
async function networkOf(names: readonly string[]): Promise<Network> {
  const ports = await freePorts(3 * names.length + 1);
  const free = ports[Symbol.iterator]();
  const take = () => free.next().value ?? 0;
  const nodes = names.map((organisation, i) => ({
    ledger: `http://127.0.0.1:${take()}/`,
    organisation,
    peer: `127.0.0.${HOST + i}:${take()}`,
    url: `http://127.0.0.1:${take()}/`,
  }));
  const agent = { organisation: names[0] ?? "", url: `http://127.0.0.1:${take()}/` };
  return { author: agent, nodes, register: agent, retrieval: agent };
}

async function foundMember(home: Home, name: string): Promise<TestOrganisation> {
  const { peer, signer } = await makeEngineKeys(home.engineFolder(name));
  return { ...(await newOrganisation(name)), peer, validator: signer };
}

/** Founds a consortium of so many organisations in an empty folder. */
export async function foundFloor(folder: string, organisations: number): Promise<FloorHome> {
  const home = new Home(folder);
  const names = Array.from({ length: organisations }, (_, i) => `member-${i + 1}.example`);
  const members = await Promise.all(names.map((name) => foundMember(home, name)));
  const network = await networkOf(names);
  const faults = Math.floor((organisations - 1) / 3);
  await writeFile(home.networkFile, JSON.stringify(network));
  await writeFile(home.genesisFile, await foundingGenesis(members, { faults, nodes: true }));
  return { genesis: decodeGenesis(nodeCrypto, await home.genesis()), home, members, network };
}
