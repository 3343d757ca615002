import { show } from "@firmament/core/errors";
import { type Network } from "../home.ts";
import { refuse } from "../errors.ts";

/**
 * Which organisation answers at each https origin of network.json; the one sequencer belongs to the register agent's.
 *
 * @throws Refusal `home/network` for an origin of two organisations: nobody could tell whose certificate to expect
 */
export function ownersOf({ author, ledger, nodes, register, retrieval }: Network): ReadonlyMap<string, string> {
  const fronts = nodes.flatMap(({ ledger: front, organisation, url }) =>
    [url, front].map((each) => ({ organisation, url: each })),
  );
  const owners = new Map<string, string>();
  for (const { organisation, url } of [...fronts, author, register, retrieval, { ...register, url: ledger }]) {
    if (url === undefined || !url.startsWith("https:")) continue;
    const { origin } = new URL(url);
    const other = owners.get(origin) ?? organisation;
    if (other !== organisation) throw refuse("home/network", `${show(origin)} is of ${other} and of ${organisation}.`);
    owners.set(origin, organisation);
  }
  return owners;
}
