import { decodeGenesis } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import type { Home } from "../home.ts";
import { refuse } from "./errors.ts";
import { ownersOf } from "./owners.ts";
import { PinnedAuthorities } from "./pinned.ts";
import { requirePrivate } from "./plaintext.ts";
import type { SecureTransport } from "./secure-transport.ts";
import { isRevoked } from "./revoked.ts";
import type { ServerFactory } from "./server.ts";
import { StateFile } from "./state.ts";
import type { Clients } from "./trust.ts";

export interface TransportOptions {
  readonly home: Home;
  /** Whose services these are. */
  readonly organisation: string;
  /** The replica that says who is an active organisation, and by which authority. */
  readonly state: string;
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void;
}

/** How one organisation's process reaches the others and is reached: TLS where network.json says https. */
export class Transport implements AsyncDisposable {
  readonly #owners: ReadonlyMap<string, string>;
  readonly #secure: SecureTransport | undefined;
  readonly #state: StateFile;

  private constructor(owners: ReadonlyMap<string, string>, state: StateFile, secure?: SecureTransport) {
    this.#owners = owners;
    this.#state = state;
    this.#secure = secure;
  }

  /** @throws Refusal `home/…`, `tls/credentials` where any address is https */
  static async open(options: TransportOptions): Promise<Transport> {
    const owners = ownersOf(await options.home.network());
    const state = new StateFile(options.state);
    if (owners.size === 0) return new Transport(owners, state);
    const { body } = decodeGenesis(nodeCrypto, await options.home.genesis());
    // Loaded only where TLS is spoken: it costs a process a tenth of a second and 30 MB.
    const { SecureTransport } = await import("./secure-transport.ts");
    const authorities = new PinnedAuthorities(body, () => state.open());
    const revoked = (device: string) => isRevoked(state.open(), device);
    return new Transport(owners, state, new SecureTransport({ ...options, authorities, isRevoked: revoked }));
  }

  /**
   * The platform's `fetch`: with the organisation's certificate, and with the one authority that may answer there.
   *
   * @throws Refusal `home/plaintext`, `tls/target`, `tls/authority`
   */
  readonly fetch: typeof fetch = async (input, init) => {
    const address = new URL(input instanceof Request ? input.url : input);
    requirePrivate(address);
    if (address.protocol !== "https:") return fetch(input, init);
    const owner = this.#owners.get(address.origin);
    if (owner === undefined || this.#secure === undefined) throw refuse("tls/target", address.origin);
    return this.#secure.ask(owner, address, init);
  };

  /** What a front at this address is served by: nothing of its own for http. @throws Refusal `home/plaintext` */
  server(address: URL, clients: Clients): ServerFactory | undefined {
    requirePrivate(address);
    return address.protocol === "https:" ? this.#secure?.servers.factory(clients) : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#secure?.[Symbol.asyncDispose]();
    this.#state[Symbol.dispose]();
  }
}
