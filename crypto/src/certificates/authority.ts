import { createHash, type KeyObject, X509Certificate } from "node:crypto";
import { refuse } from "./errors.ts";

/** Bytes of an authority's certificate, as the ledger takes them. */
export const maxAuthorityBytes = 2048;

/**
 * The only name that an authority may bear: hex SHA-256 of its public key (SPKI). A TLS library looks for an issuer by
 * its name, so an organisation that gave its authority the name of another's would get the other one refused.
 */
export function authorityName(key: KeyObject): string {
  const digest = createHash("sha256").update(key.export({ format: "der", type: "spki" }));
  return `CN=${digest.digest("hex")}`;
}

function isP256({ asymmetricKeyDetails, asymmetricKeyType }: KeyObject): boolean {
  return asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1";
}

function isAuthority(found: X509Certificate): boolean {
  const name = authorityName(found.publicKey);
  const selfSigned = found.issuer === name && found.checkIssued(found) && found.verify(found.publicKey);
  return found.subject === name && found.ca && isP256(found.publicKey) && selfSigned;
}

/**
 * Reads an organisation's certificate authority as it is pinned in the ledger, where nobody has looked inside it.
 *
 * @throws Refusal `certificate/authority`
 */
export function readAuthority(der: Uint8Array): X509Certificate {
  if (der.length > maxAuthorityBytes) throw refuse("certificate/authority", `It has ${der.length} bytes.`);
  let found: X509Certificate;
  let isSound: boolean;
  try {
    found = new X509Certificate(der);
    isSound = found.raw.equals(der) && isAuthority(found);
  } catch (cause) {
    // OpenSSL reads a certificate and its key in separate steps, and throws errors of its own for both.
    throw refuse("certificate/authority", "It cannot be read.", { cause });
  }
  if (!isSound) throw refuse("certificate/authority");
  return found;
}

/**
 * Whether an authority signed a leaf itself, and the leaf is in force. Names alone never decide; a certificate that may
 * issue others is no leaf, and a chain through one is none of the authority's.
 *
 * @param time seconds since 1970
 */
export function isLeafOf(leaf: X509Certificate, authority: X509Certificate, time: number): boolean {
  const inForce = (found: X509Certificate) =>
    found.validFromDate.getTime() <= time * 1000 && time * 1000 < found.validToDate.getTime();
  const issued = leaf.checkIssued(authority) && leaf.verify(authority.publicKey);
  return !leaf.ca && issued && inForce(leaf) && inForce(authority);
}
