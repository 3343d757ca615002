import { Refusal } from "@firmament/core/errors";
import type { Home } from "../home.ts";
import { askThrough } from "./agent.ts";
import { TlsClients } from "./client.ts";
import { readCredentials } from "./credentials.ts";
import type { PinnedAuthorities } from "./pinned.ts";
import { TlsServers } from "./server.ts";
import { Trust } from "./trust.ts";

/** Milliseconds after which a change of the ledger's authorities, or of the own leaf, is in force. */
const REFRESH_MS = 1000;

const now = () => Math.floor(Date.now() / 1000);

interface SecureTransportOptions {
  readonly home: Home;
  readonly organisation: string;
  readonly authorities: PinnedAuthorities;
  /** Whether the ledger has revoked the device of this key id. */
  readonly isRevoked: (device: string) => boolean;
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void;
}

/** TLS servers and clients of one process, both under the trust that is in force now. */
export class SecureTransport implements AsyncDisposable {
  readonly servers = new TlsServers(() => this.#refresh(), now);
  readonly #clients = new TlsClients(now);
  readonly #options: SecureTransportOptions;
  readonly #timer: NodeJS.Timeout;
  #trust: Trust;
  #fault: string | undefined;

  /** @throws Refusal `tls/credentials` */
  constructor(options: SecureTransportOptions) {
    this.#options = options;
    this.#trust = this.#read();
    this.#timer = setInterval(() => this.servers.cut(this.#refresh()), REFRESH_MS).unref();
  }

  /** Asks an organisation's service. @throws Refusal `tls/authority` */
  async ask(organisation: string, address: URL, init?: RequestInit): Promise<Response> {
    return askThrough(this.#clients.agent(this.#trust, organisation), address, init);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#clients.close();
  }

  // Never throws: with files or a replica that cannot be read the last trust stays in force, and its leaves still end.
  #refresh(): Trust {
    try {
      const trust = this.#read();
      this.#fault = undefined;
      if (!trust.equals(this.#trust)) this.#take(trust);
    } catch (cause) {
      this.#tell(cause);
    }
    return this.#trust;
  }

  #read(): Trust {
    const { authorities, home, organisation } = this.#options;
    const credentials = readCredentials(home, organisation, now());
    return new Trust(organisation, credentials, authorities.read(), (device) => this.#isRevoked(device));
  }

  // Nobody answers for a device while the replica cannot be read.
  #isRevoked(device: string): boolean {
    try {
      return this.#options.isRevoked(device);
    } catch (cause) {
      this.#tell(cause);
      return true;
    }
  }

  #take(trust: Trust): void {
    this.servers.refresh(trust);
    this.#clients.refresh(trust);
    this.#trust = trust;
    this.#options.log("tls trust", { authorities: trust.authorities.length });
  }

  // Once for each fault: it is looked at every second.
  #tell(cause: unknown): void {
    const fault = cause instanceof Refusal ? cause.message : String(cause);
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#options.log("tls stale", { message: fault });
  }
}
