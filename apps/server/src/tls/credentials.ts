import { type KeyObject, createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isLeafOf, readAuthority } from "@firmament/crypto/certificates";
import type { Home } from "../home.ts";
import { refuse } from "./errors.ts";
import { authorityFile, serviceFile } from "./files.ts";

/** With what an organisation's services show who they are. */
export interface Credentials {
  /** The organisation's own authority: it counts for its own services whatever the ledger says. */
  readonly authority: X509Certificate;
  /** Key and leaf, PEM. */
  readonly service: string;
}

interface Read {
  readonly authority: X509Certificate;
  readonly key: KeyObject;
  readonly leaf: X509Certificate;
  readonly service: string;
}

// The message of a fault names no content: the file holds a key.
function read(home: Home, organisation: string): Read {
  const path = serviceFile(home, organisation);
  try {
    const service = readFileSync(path, "utf8");
    const authority = new X509Certificate(readFileSync(authorityFile(home, organisation)));
    return {
      authority: readAuthority(authority.raw),
      key: createPrivateKey(service),
      leaf: new X509Certificate(service),
      service,
    };
  } catch {
    throw refuse("tls/credentials", `${path} or the authority beside it cannot be read.`);
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
  const { authority, key, leaf, service } = read(home, organisation);
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
    throw refuse("tls/credentials", `Others may read ${path}.`);
  if (!leaf.checkPrivateKey(key)) throw refuse("tls/credentials", `Key and leaf in ${path} differ.`);
  if (!isLeafOf(leaf, authority, time))
    throw refuse("tls/credentials", `${path} is valid from ${leaf.validFrom} to ${leaf.validTo}, by ${leaf.issuer}.`);
  return { authority, service };
}
