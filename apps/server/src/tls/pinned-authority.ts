import type { X509Certificate } from "node:crypto";
import type { GenesisBody } from "@firmament/core/registry";
import { refuse } from "./errors.ts";
import { PinnedAuthorities } from "./pinned.ts";
import { StateFile } from "./state.ts";

/**
 * An active organisation's authority as a replica of the ledger has it, or the genesis where there is none.
 *
 * @param replica path
 * @throws Refusal `tls/authority`
 */
export function pinnedAuthority(genesis: GenesisBody, replica: string, organisation: string): X509Certificate {
  using state = new StateFile(replica);
  const found = new PinnedAuthorities(genesis, () => state.open()).read().get(organisation);
  if (found === undefined) throw refuse("tls/authority", `There is none for ${organisation}.`);
  return found;
}
