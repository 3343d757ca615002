import type { RequestListener, Server } from "node:http";
import { createServer, type Server as TlsServer } from "node:https";
import type { SecureContextOptions, TLSSocket } from "node:tls";
import type { X509Certificate } from "node:crypto";
import type { Trust } from "./trust.ts";

/** Who may connect: members of active organisations with their certificates, or anyone. */
export type Clients = "anyone" | "members";

/** Makes the server that an HTTP front listens with. */
export type ServerFactory = (
  handler: RequestListener,
  settings: {
    readonly connectionTimeout?: number;
    readonly keepAliveTimeout?: number;
    readonly requestTimeout?: number;
  },
) => Server;

const HANDSHAKE_MS = 5000;

function contextOf({ authorities, credentials }: Trust, clients: Clients): SecureContextOptions {
  const own = { cert: credentials.service, key: credentials.service, minVersion: "TLSv1.3" } as const;
  return clients === "anyone" ? own : { ...own, ca: authorities.map(String) };
}

/** The TLS servers of one process, and the members that are connected to them. */
export class TlsServers {
  readonly #now: () => number;
  readonly #trust: () => Trust;
  readonly #servers = new Map<TlsServer, Clients>();
  readonly #members = new Map<TLSSocket, X509Certificate>();

  /**
   * @param trust as it is now, for a connection that is made now
   * @param now seconds since 1970
   */
  constructor(trust: () => Trust, now: () => number) {
    this.#trust = trust;
    this.#now = now;
  }

  factory(clients: Clients): ServerFactory {
    return (handler, { connectionTimeout = 0, keepAliveTimeout, requestTimeout }) => {
      const requireClient = clients === "members";
      const server = createServer(
        {
          ...contextOf(this.#trust(), clients),
          handshakeTimeout: HANDSHAKE_MS,
          rejectUnauthorized: requireClient,
          requestCert: requireClient,
        },
        handler,
      );
      server.setTimeout(connectionTimeout);
      if (keepAliveTimeout !== undefined) server.keepAliveTimeout = keepAliveTimeout;
      if (requestTimeout !== undefined) server.requestTimeout = requestTimeout;
      // Before the HTTP parser sees the connection.
      if (requireClient) server.prependListener("secureConnection", (socket) => this.#admit(socket));
      this.#servers.set(server, clients);
      server.once("close", () => this.#servers.delete(server));
      return server;
    };
  }

  /** Takes a changed trust: new connections meet it, and members that it no longer believes are cut off. */
  refresh(trust: Trust): void {
    for (const [server, clients] of this.#servers) server.setSecureContext(contextOf(trust, clients));
    this.cut(trust);
  }

  /** Cuts members off whose certificate has ended or whose authority is believed no longer. */
  cut(trust: Trust): void {
    for (const [socket, leaf] of this.#members) {
      if (trust.issuerOf(leaf, this.#now()) === undefined) socket.destroy();
    }
  }

  // The handshake has shown that some pinned authority stands behind the chain; here it must have signed the leaf itself,
  // and must still be believed: a resumed session carries what was true when it began.
  #admit(socket: TLSSocket): void {
    const leaf = socket.getPeerX509Certificate();
    if (leaf === undefined || this.#trust().issuerOf(leaf, this.#now()) === undefined) {
      socket.destroy();
      return;
    }
    this.#members.set(socket, leaf);
    socket.once("close", () => this.#members.delete(socket));
  }
}
