import { readFileSync } from "node:fs";
import { join } from "node:path";
import { X509Certificate } from "node:crypto";
import { readAuthority } from "@firmament/crypto/certificates";
import { makeFolder, replaceFile } from "../durable-file.ts";
import { refuse } from "./errors.ts";
import { readIdentity } from "./identity.ts";

/** With what a device asks a retrieval agent over TLS. */
export interface DeviceCredentials {
  /** The one that the retrieval agent's leaf must be of. */
  readonly authority: X509Certificate;
  /** Key and leaf of the device, PEM. */
  readonly identity: string;
}

const authorityFileOf = (folder: string): string => join(folder, "tls", "authorities.pem");
const identityFileOf = (folder: string): string => join(folder, "tls", "device.pem");

/** Puts them into a device's folder, in place of older ones. */
export function writeDeviceCredentials(folder: string, { authority, identity }: DeviceCredentials): void {
  makeFolder(join(folder, "tls"));
  replaceFile(authorityFileOf(folder), authority.toString());
  replaceFile(identityFileOf(folder), identity);
}

function pinned(path: string): X509Certificate {
  try {
    return readAuthority(new X509Certificate(readFileSync(path)).raw);
  } catch (cause) {
    throw refuse("tls/device", `${path} cannot be read.`, { cause });
  }
}

/**
 * Reads them; a leaf that has ended is refused here, with what to do about it.
 *
 * @param folder the device's
 * @param time seconds since 1970
 * @throws Refusal `tls/device`
 */
export function readDeviceCredentials(folder: string, time: number): DeviceCredentials {
  const path = identityFileOf(folder);
  const { leaf, pem } = readIdentity(path, (details) => refuse("tls/device", details));
  if (leaf.validToDate.getTime() <= time * 1000) throw refuse("tls/device", `${path} was valid to ${leaf.validTo}.`);
  return { authority: pinned(authorityFileOf(folder)), identity: pem };
}
