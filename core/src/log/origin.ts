import { organisationName, text } from "../codec/index.ts";

/** A ledger's id, `<domain>/<name>/<16 hex digits of the genesis digest>`; also the origin of its log. */
export const ledgerId = text({ max: 120, pattern: /^[a-z0-9.-]+\/[a-z0-9.-]+\/[0-9a-f]{16}$/ });

/**
 * Origin of an organisation's own log over the ledger's tree, which outside witnesses watch.
 *
 * @throws Refusal `codec/value`
 */
export function originOfOrganisation(ledger: string, organisation: string): string {
  return `${ledgerId(ledger, "ledger")}/${organisationName(organisation, "organisation")}`;
}
