import { fromBase64url } from "../bytes/index.ts";
import type { Crypto, PublicKey } from "../keys/index.ts";
import { cosignerKeyId } from "../log/index.ts";
import type { TrustDocument } from "./document.ts";

/** A key that a trust root delegates to an organisation for cosigning. */
export interface Cosigner {
  readonly organisation: string;
  readonly key: PublicKey;
  /** End of the delegation, seconds since 1970. */
  readonly until: number;
}

/** The cosigners of a trust root by their C2SP key ids, 8 hexadecimal digits; a decoded trust root has each id once. */
export function cosignersOf(crypto: Crypto, trust: TrustDocument): ReadonlyMap<string, Cosigner> {
  const found = new Map<string, Cosigner>();
  for (const { cosigners, name } of trust.organisations) {
    for (const { key, until } of cosigners) {
      const publicKey = fromBase64url(key.x);
      found.set(cosignerKeyId(crypto, { name, publicKey }), { organisation: name, key, until });
    }
  }
  return found;
}
