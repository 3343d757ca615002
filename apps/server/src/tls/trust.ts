import type { X509Certificate } from "node:crypto";
import { deviceOf, isDeviceLeaf, isLeafOf } from "@firmament/crypto/certificates";
import type { Credentials } from "./credentials.ts";
import type { Authorities } from "./pinned.ts";

/** Who may connect: members of active organisations with their certificates, their devices as well, or anyone. */
export type Clients = "anyone" | "devices" | "members";

/** Whom one organisation's services believe at one moment, and with what they show themselves. */
export class Trust {
  readonly credentials: Credentials;
  readonly #organisation: string;
  readonly #authorities: Authorities;
  readonly #isRevoked: (device: string) => boolean;

  /** @param isRevoked whether the ledger has revoked the device of this key id; asked anew each time */
  constructor(
    organisation: string,
    credentials: Credentials,
    authorities: Authorities,
    isRevoked: (device: string) => boolean,
  ) {
    this.credentials = credentials;
    this.#organisation = organisation;
    this.#authorities = authorities;
    this.#isRevoked = isRevoked;
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

  /** Whether a leaf is in force, of a believed authority and of one of these clients. @param time seconds since 1970 */
  admits(leaf: X509Certificate, clients: Clients, time: number): boolean {
    if (!this.authorities.some((authority) => isLeafOf(leaf, authority, time))) return false;
    if (!isDeviceLeaf(leaf)) return true;
    const device = deviceOf(leaf);
    return clients === "devices" && device !== undefined && !this.#isRevoked(device);
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
