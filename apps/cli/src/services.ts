import type { Network } from "@firmament/server/home";
import type { ServiceRef } from "./start/processes.ts";

/** What one organisation runs: its validator and node, and the agents that network.json gives it. */
export function servicesOf(network: Network, organisation: string): readonly ServiceRef[] {
  const { author, ledger, nodes, register, retrieval } = network;
  const own = nodes.find((each) => each.organisation === organisation);
  const services: ServiceRef[] = [];
  const add = (kind: ServiceRef["kind"], isOwn: boolean) => {
    if (isOwn) services.push({ kind, organisation });
  };
  add("validator", own?.ledger !== undefined);
  // The one sequencer is the operator's, whose register agent submits most.
  add("ledger", ledger !== undefined && register.organisation === organisation);
  add("node", own !== undefined);
  add("author", author.organisation === organisation);
  add("register", register.organisation === organisation);
  add("retrieval", retrieval.organisation === organisation);
  return services;
}

/** What all organisations of a network run. */
export function allServices(network: Network): readonly ServiceRef[] {
  return network.nodes.flatMap(({ organisation }) => servicesOf(network, organisation));
}
