import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeviceLeaf, isLeafOf, readAuthority } from "@firmament/crypto/certificates";
import type { Home } from "../home.ts";
import { refuse } from "./errors.ts";
import { authorityFile, serviceFile } from "./files.ts";
import { readIdentity } from "./identity.ts";

/** With what an organisation's services show who they are. */
export interface Credentials {
  /** The organisation's own authority: it counts for its own services whatever the ledger says. */
  readonly authority: X509Certificate;
  /** Key and leaf, PEM. */
  readonly service: string;
}

function ownAuthority(path: string): X509Certificate {
  try {
    return readAuthority(new X509Certificate(readFileSync(path)).raw);
  } catch (cause) {
    throw refuse("tls/credentials", `${path} cannot be read.`, { cause });
  }
}

/**
 * Reads an organisation's credentials; a leaf that others would refuse is refused here.
 *
 * @param time seconds since 1970
 * @throws Refusal `tls/credentials`
 */
export function readCredentials(home: Home, organisation: string, time: number): Credentials {
  const path = serviceFile(home, organisation);
  const { leaf, pem } = readIdentity(path, (details) => refuse("tls/credentials", details));
  const authority = ownAuthority(authorityFile(home, organisation));
  if (!isLeafOf(leaf, authority, time) || isDeviceLeaf(leaf))
    throw refuse("tls/credentials", `${path} is valid from ${leaf.validFrom} to ${leaf.validTo}, by ${leaf.issuer}.`);
  return { authority, service: pem };
}
