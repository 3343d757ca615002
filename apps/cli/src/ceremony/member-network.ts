import type { Network } from "@firmament/server/home";
import { refuse } from "./errors.ts";
import type { Member, MemberAddresses } from "./member-file.ts";

type Agent = "author" | "register" | "retrieval";

function theOne(members: readonly Member[], role: Agent | "ledger"): { organisation: string; url: string } {
  const found = members.flatMap(({ addresses, name }) => {
    const url = addresses[role];
    return url === undefined ? [] : [{ organisation: name, url }];
  });
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const names = found.map(({ organisation }) => organisation).join(", ");
  throw refuse("ceremony/members", `${role} is run by ${names === "" ? "nobody" : names}.`);
}

function assertDistinct(members: readonly Member[]): void {
  const seen = new Map<string, string>();
  for (const { addresses, name } of members) {
    for (const address of Object.values<string>({ ...addresses })) {
      const before = seen.get(address);
      if (before !== undefined) throw refuse("ceremony/members", `${address} is said by ${before} and ${name}.`);
      seen.set(address, name);
    }
  }
}

// A member with a validator runs a front of the ledger of its own, and is reached by its peers.
function replicated({ addresses, name, node }: Member): Network["nodes"][number] {
  const { ledger, peer } = addresses;
  if (node === undefined || ledger === undefined || peer === undefined)
    throw refuse("ceremony/members", `${name} names no validator, no ledger front or no peer address.`);
  return { ledger, organisation: name, peer, url: addresses.node };
}

/** The entry of network.json for one member of a ledger. */
export function networkEntry(member: Member): Network["nodes"][number] {
  return member.node === undefined
    ? { organisation: member.name, url: (member.addresses satisfies MemberAddresses).node }
    : replicated(member);
}

/**
 * network.json from what the members say of themselves.
 *
 * @throws Refusal `ceremony/members`
 */
export function networkOf(members: readonly Member[]): Network {
  assertDistinct(members);
  const everyone = members.every(({ node }) => node !== undefined);
  if (!everyone && members.some(({ node }) => node !== undefined))
    throw refuse("ceremony/members", "Some run a validator, some do not.");
  const nodes = members.map(networkEntry).sort((a, b) => (a.organisation < b.organisation ? -1 : 1));
  return {
    author: theOne(members, "author"),
    nodes,
    register: theOne(members, "register"),
    retrieval: theOne(members, "retrieval"),
    ...(everyone ? {} : { ledger: theOne(members, "ledger").url }),
  };
}
