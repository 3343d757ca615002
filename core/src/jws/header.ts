import { fromBase64url, toBase64url } from "../bytes/index.ts";
import { canonicalBytes, decodeCanonical, digest256, object, text } from "../codec/index.ts";
import { show } from "../errors/index.ts";
import type { Algorithm } from "../keys/index.ts";
import { refuse } from "./errors.ts";

/** What a signature is for: it stands inside the signed bytes, so that it cannot be used for anything else. */
export interface Purpose {
  readonly typ: string;
  /** The ledger that it speaks to; absent where the document stands on no ledger. */
  readonly ledger?: string;
}

/** A protected header of the protocol: these members in canonical JSON and no others (PROTOCOL J-1). */
export interface JwsHeader extends Purpose {
  readonly alg: Algorithm;
  /** RFC 7638 thumbprint of the signing key, base64url. */
  readonly kid: string;
}

/** Bytes of a header's JSON, before base64url. */
export const maxHeaderBytes = 1024;

const name = text({ max: maxHeaderBytes });
const documentHeader = object({ alg: name, kid: digest256, typ: name });
const ledgerHeader = object({ alg: name, kid: digest256, ledger: name, typ: name });

/** The `protected` member of a JWS: base64url of the header's canonical JSON. */
export function protectedHeader({ alg, kid, ledger, typ }: JwsHeader): string {
  return toBase64url(canonicalBytes({ alg, kid, ledger, typ }));
}

function requireAlgorithm(alg: string): Algorithm {
  switch (alg) {
    case "ES256":
    case "EdDSA":
    case "RS384":
      return alg;
    default:
      throw refuse("jws/algorithm", `Got ${show(alg)}.`);
  }
}

/**
 * Reads a `protected` member and compares its purpose; that `alg` and `kid` fit the key is checked by
 * {@link requireJws} once the key is known.
 *
 * @param encoded base64url of canonical JSON with exactly alg, kid, typ, and ledger where the purpose has one
 * @throws Refusal `jws/algorithm`, `jws/typ`, `jws/ledger`, `bytes/base64`, `codec/…`
 */
export function parseHeader(encoded: string, purpose: Purpose): JwsHeader {
  const value = decodeCanonical(fromBase64url(encoded), { maxBytes: maxHeaderBytes, maxDepth: 1 });
  const { kid, ...members } = (purpose.ledger === undefined ? documentHeader : ledgerHeader)(value, "header");
  const alg = requireAlgorithm(members.alg);
  if (members.typ !== purpose.typ) throw refuse("jws/typ", `Expected ${purpose.typ}, got ${show(members.typ)}.`);
  const ledger = "ledger" in members ? members.ledger : undefined;
  if (ledger !== purpose.ledger) throw refuse("jws/ledger", `Expected ${show(purpose.ledger)}, got ${show(ledger)}.`);
  return { ...purpose, alg, kid };
}
