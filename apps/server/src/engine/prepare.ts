import { join } from "node:path";
import { decodeGenesis, type Genesis, type Validators } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { makeFolder, replaceFile } from "../durable-file.ts";
import type { Home, Network } from "../home.ts";
import { engineConfig, type Peer } from "./config.ts";
import { refuse } from "./errors.ts";
import { engineGenesis } from "./genesis.ts";
import { readEngineKeys } from "./keys.ts";

type PeerIds = ReadonlyMap<string, string>;

function founders({ body }: Genesis): PeerIds {
  return new Map(body.organisations.flatMap(({ name, node }) => (node === undefined ? [] : [[name, node.peer]])));
}

function peersOf({ nodes }: Network, ids: PeerIds, own: string): readonly Peer[] {
  return nodes.flatMap(({ organisation, peer }) => {
    const id = ids.get(organisation);
    return peer === undefined || id === undefined || organisation === own ? [] : [{ address: peer, id }];
  });
}

/**
 * Writes the engine's genesis and configuration, both derived: whoever edits network.json starts the node again.
 *
 * @param declared the present validators, newer than the genesis; none where the application has no copy of the ledger yet
 * @throws Refusal `engine/nodes`, `engine/keys`, `home/…`
 */
export async function prepareEngine(
  home: Home,
  organisation: string,
  declared: Validators["members"] = [],
): Promise<void> {
  const genesis = decodeGenesis(nodeCrypto, await home.genesis());
  const network = await home.network();
  const listen = network.nodes.find((each) => each.organisation === organisation)?.peer;
  if (listen === undefined) throw refuse("engine/nodes", `${organisation} has no peer address.`);
  const folder = home.engineFolder(organisation);
  readEngineKeys(folder);
  const ids = declared.length > 0 ? new Map(declared.map((each) => [each.organisation, each.peer])) : founders(genesis);
  const settings = {
    moniker: organisation,
    listen,
    peers: peersOf(network, ids, organisation),
    commitPauseMs: network.commitPauseMs,
  };
  makeFolder(home.runFolder(organisation));
  replaceFile(join(folder, "config", "genesis.json"), engineGenesis(nodeCrypto, genesis));
  replaceFile(join(folder, "config", "config.toml"), engineConfig(settings));
}
