import { mkdir, writeFile, copyFile } from "node:fs/promises";
import { join } from "node:path";
import { EVERYONE, makeKeys } from "@firmament/cli/src/ceremony/organisation-keys.ts";
import { freePorts } from "@firmament/cli/src/start/ports.ts";
import { signPossession } from "@firmament/agents/signing";
import { passphraseFromEnvironment } from "@firmament/crypto";
import { makeEngineKeys } from "@firmament/server/engine";
import { Home } from "@firmament/server/home";
import { carried, decide, signed } from "./acts.ts";
import { FaultMember } from "./fault-member.ts";
import type { FaultNetwork } from "./fault-network.ts";

/** An organisation that is not on the ledger yet: its home, its keys, its place in its own network file. */
export async function newMember(network: FaultNetwork, name: string): Promise<FaultMember> {
  const home = new Home(join(network.folder, name.slice(0, 1)));
  await mkdir(home.path, { mode: 0o700 });
  await copyFile(network.member(0).home.genesisFile, home.genesisFile);
  const [ledger = 0, url = 0, peer = 0] = await freePorts(3);
  const place = {
    ledger: `http://127.0.0.1:${ledger}/`,
    organisation: name,
    peer: `127.0.0.1:${peer}`,
    url: `http://127.0.0.1:${url}/`,
  };
  network.layout = { ...network.layout, nodes: [...network.layout.nodes, place] };
  await writeFile(home.networkFile, JSON.stringify(await network.links.seenBy(name, network.layout)));
  const { admin } = await makeKeys(home, name, EVERYONE, await passphraseFromEnvironment());
  return new FaultMember(home, name, network.layout, admin);
}

/** The members vote an organisation in; then it declares its validator through one of them. */
export async function admit(network: FaultNetwork, joining: FaultMember): Promise<void> {
  const { ledger } = network.genesis;
  const [by] = network.members;
  if (by === undefined) throw new RangeError("a network has members");
  const { admin, home, name: organisation } = joining;
  const proof = await signPossession(admin, { ledger, organisation, purpose: "transaction" });
  await decide(network, network.members, {
    admin: { key: admin.key, proof },
    organisation,
    type: "organisation.admit",
  });
  const { peer, signer, validator } = await makeEngineKeys(home.engineFolder(organisation));
  const claim = { ledger, organisation, purpose: "validator" } as const;
  const body = { peer, proof: await signPossession(signer, claim), validator };
  await carried(network, by, await signed(network, joining, "node.declare", body));
}
