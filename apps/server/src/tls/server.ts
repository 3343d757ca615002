import type { RequestListener, Server } from "node:http";
import { createServer, type Server as TlsServer } from "node:https";
import type { SecureContextOptions, TLSSocket } from "node:tls";
import type { X509Certificate } from "node:crypto";
import type { Clients, Trust } from "./trust.ts";

/** Makes the server that an HTTP front listens with. */
export type ServerFactory = (handler: RequestListener) => Server;

const HANDSHAKE_MS = 5000;
/** Connections of one member at a time: none can use up what all need. */
const MAX_CONNECTIONS = 512;

function contextOf({ authorities, credentials }: Trust, clients: Clients): SecureContextOptions {
  const own = { cert: credentials.service, key: credentials.service, minVersion: "TLSv1.3" } as const;
  return clients === "anyone" ? own : { ...own, ca: authorities.map(String) };
}

interface Client {
  readonly clients: Clients;
  /** Name of the authority, which is its key's. */
  readonly issuer: string;
  readonly leaf: X509Certificate;
}

/** The TLS servers of one process, and who is connected to them with a certificate. */
export class TlsServers {
  readonly #now: () => number;
  readonly #trust: () => Trust;
  readonly #servers = new Map<TlsServer, Clients>();
  readonly #connected = new Map<TLSSocket, Client>();

  /**
   * @param trust as it is now, for a connection that is made now
   * @param now seconds since 1970
   */
  constructor(trust: () => Trust, now: () => number) {
    this.#trust = trust;
    this.#now = now;
  }

  factory(clients: Clients): ServerFactory {
    return (handler) => {
      const requireClient = clients !== "anyone";
      const server = createServer(
        {
          ...contextOf(this.#trust(), clients),
          handshakeTimeout: HANDSHAKE_MS,
          rejectUnauthorized: requireClient,
          requestCert: requireClient,
        },
        handler,
      );
      // Before the HTTP parser sees the connection.
      if (requireClient) server.prependListener("secureConnection", (socket) => this.#admit(socket, clients));
      this.#servers.set(server, clients);
      server.once("close", () => this.#servers.delete(server));
      return server;
    };
  }

  /** Takes a changed trust: new connections meet it, and whom it no longer believes is cut off. */
  refresh(trust: Trust): void {
    for (const [server, clients] of this.#servers) server.setSecureContext(contextOf(trust, clients));
    this.cut(trust);
  }

  /** Cuts off whoever's certificate has ended or is believed no longer. */
  cut(trust: Trust): void {
    for (const [socket, { clients, leaf }] of this.#connected) {
      if (!trust.admits(leaf, clients, this.#now())) socket.destroy();
    }
  }

  // The handshake has shown that some pinned authority stands behind the chain; here it must have signed the leaf itself,
  // and must still be believed: a resumed session carries what was true when it began.
  #admit(socket: TLSSocket, clients: Clients): void {
    const leaf = socket.getPeerX509Certificate();
    if (leaf === undefined || !this.#trust().admits(leaf, clients, this.#now())) {
      socket.destroy();
      return;
    }
    const { issuer } = leaf;
    if (clients === "members" && this.#countOf(issuer) >= MAX_CONNECTIONS) {
      socket.destroy();
      return;
    }
    this.#connected.set(socket, { clients, issuer, leaf });
    socket.once("close", () => this.#connected.delete(socket));
  }

  #countOf(issuer: string): number {
    return [...this.#connected.values()].filter((each) => each.issuer === issuer).length;
  }
}
