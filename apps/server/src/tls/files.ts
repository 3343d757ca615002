import { join } from "node:path";
import type { Home } from "../home.ts";

/** Certificate of the organisation's own authority, PEM: public. */
export function authorityFile(home: Home, organisation: string): string {
  return join(home.organisation(organisation), "tls", "authority.pem");
}

/** Key of the authority, encrypted like the organisation's other keys. */
export function authorityKeyFile(home: Home, organisation: string): string {
  return join(home.organisation(organisation), "keys", "authority.jwe");
}

/** Key and leaf of the organisation's services in one file, so that both are replaced in one step; mode 0600. */
export function serviceFile(home: Home, organisation: string): string {
  return join(home.organisation(organisation), "tls", "service.pem");
}
