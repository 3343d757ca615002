import { decodeNetwork, type Home, type Network } from "@firmament/server/home";
import { replaceFile } from "@firmament/server/durable-file";
import { ownersOf } from "@firmament/server/tls";
import { utf8 } from "@firmament/core/bytes";
import { networkEntry } from "./member-network.ts";
import type { Member } from "./member-file.ts";

/** network.json as people may edit it. */
export function networkText(network: Network): string {
  return `${JSON.stringify(network, null, 2)}\n`;
}

function withNodes(network: Network, nodes: Network["nodes"]): Network {
  return { ...network, nodes: [...nodes].sort((a, b) => (a.organisation < b.organisation ? -1 : 1)) };
}

function without(network: Network, name: string): Network {
  return withNodes(
    network,
    network.nodes.filter(({ organisation }) => organisation !== name),
  );
}

/** A network with a member at the addresses that it states. @throws Refusal `ceremony/members` */
export function withMember(network: Network, member: Member): Network {
  const { nodes } = without(network, member.name);
  return withNodes(network, [...nodes, networkEntry(member)]);
}

// Read again before it is written: what a home would refuse at its next start is refused now.
async function edit(home: Home, change: (network: Network) => Network): Promise<void> {
  const text = networkText(change(await home.network()));
  ownersOf(decodeNetwork(utf8(text)));
  replaceFile(home.networkFile, text);
}

/** Enters a member's addresses, or changes them. @throws Refusal `home/…`, `ceremony/members` */
export function connectMember(home: Home, member: Member): Promise<void> {
  return edit(home, (network) => withMember(network, member));
}

/** Takes an organisation out. @throws Refusal `home/…`, `codec/value` where none would remain */
export function disconnectMember(home: Home, organisation: string): Promise<void> {
  return edit(home, (network) => without(network, organisation));
}
