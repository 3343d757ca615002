import type { X509Certificate } from "node:crypto";
import { isLeafOf } from "@firmament/crypto/certificates";
import type { Credentials } from "./credentials.ts";
import type { Authorities } from "./pinned.ts";

/** Whom one organisation's services believe at one moment, and with what they show themselves. */
export class Trust {
  readonly credentials: Credentials;
  readonly #organisation: string;
  readonly #authorities: Authorities;

  constructor(organisation: string, credentials: Credentials, authorities: Authorities) {
    this.credentials = credentials;
    this.#organisation = organisation;
    this.#authorities = authorities;
  }

  /** What an organisation's leaves must be issued by. The own services stay together even while suspended. */
  authorityOf(organisation: string): X509Certificate | undefined {
    return organisation === this.#organisation ? this.credentials.authority : this.#authorities.get(organisation);
  }

  /** Every authority whose leaves are believed, each once. */
  get authorities(): readonly X509Certificate[] {
    const all = [this.credentials.authority, ...this.#authorities.values()];
    return [...new Map(all.map((each) => [each.fingerprint256, each])).values()];
  }

  /** The believed authority that issued a leaf in force. @param time seconds since 1970 */
  issuerOf(leaf: X509Certificate, time: number): X509Certificate | undefined {
    return this.authorities.find((authority) => isLeafOf(leaf, authority, time));
  }

  /** Whether nothing changed. */
  equals(other: Trust): boolean {
    const text = (trust: Trust) => {
      const pinned = [...trust.#authorities].map(([organisation, each]) => `${organisation} ${each.fingerprint256}`);
      return [trust.credentials.service, trust.credentials.authority.fingerprint256, ...pinned.sort()].join("\n");
    };
    return text(this) === text(other);
  }
}
