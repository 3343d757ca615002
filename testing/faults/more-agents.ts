import { copyFile, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "@firmament/cli/src/start/ports.ts";
import { Session } from "@firmament/cli/src/session.ts";
import { generateKey, passphraseFromEnvironment, writeKeyFile } from "@firmament/crypto";
import { decodeNetwork, Home, type Network } from "@firmament/server/home";
import { FaultMember } from "./fault-member.ts";
import type { FaultNetwork } from "./fault-network.ts";

type Agents = Pick<Network, "register" | "retrieval">;

async function change(home: Home, changed: Partial<Network>): Promise<void> {
  const network = decodeNetwork(await readFile(home.networkFile));
  await writeFile(home.networkFile, JSON.stringify({ ...network, ...changed }));
}

/** Makes an organisation run register and retrieval agents of its own, beside those that the network has. */
export async function giveAgents({ home, name: organisation }: FaultMember): Promise<Agents> {
  const [register, retrieval] = (await freePorts(2)).map((port) => ({
    organisation,
    url: `http://127.0.0.1:${port}/`,
  }));
  if (register === undefined || retrieval === undefined) throw new Error("there are no ports");
  const keys = [
    { key: await generateKey("RS384"), purpose: "token" },
    { key: await generateKey("EdDSA"), purpose: "transaction" },
  ];
  await writeKeyFile(home.keyFile(organisation, "register-agent"), keys, await passphraseFromEnvironment());
  await change(home, { register, retrieval });
  return { register, retrieval };
}

/** Another author agent of the vendor, on a machine of its own, which registers with other agents. */
export async function secondAuthorAgent(vendor: FaultMember, agents: Agents): Promise<FaultMember> {
  const { admin, home, name } = vendor;
  const second = new Home(join(home.path, "second"));
  await mkdir(join(second.organisation(name), "keys"), { recursive: true });
  await copyFile(home.genesisFile, second.genesisFile);
  await copyFile(home.networkFile, second.networkFile);
  await copyFile(home.keyFile(name, "author-agent"), second.keyFile(name, "author-agent"));
  const [port = 0] = await freePorts(1);
  await change(second, { ...agents, author: { organisation: name, url: `http://127.0.0.1:${port}/` } });
  return new FaultMember(second, name, await second.network(), admin);
}

/** What all organisations' people do, as they see the network from one home. */
export async function sessionAt(network: FaultNetwork, home: Home): Promise<Session> {
  const view = new Home(join(home.path, "people"));
  await mkdir(view.path);
  await copyFile(home.genesisFile, view.genesisFile);
  const { author, register, retrieval } = await home.network();
  await writeFile(view.networkFile, JSON.stringify({ ...network.layout, author, register, retrieval }));
  for (const member of network.members) {
    await symlink(member.home.organisation(member.name), view.organisation(member.name));
  }
  return Session.open(view.path);
}
