import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Handler = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** A server on a free port of this host, and the requests that it got. */
export class Peer implements AsyncDisposable {
  readonly url: URL;
  /** `<method> <path> <range>` of each request. */
  readonly requests: readonly string[];
  /** What the handler rejected with. */
  readonly faults: readonly unknown[];
  readonly #server: Server;

  private constructor(server: Server, requests: readonly string[], faults: readonly unknown[]) {
    this.#server = server;
    this.requests = requests;
    this.faults = faults;
    this.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  static async start(handler: Handler): Promise<Peer> {
    const requests: string[] = [];
    const faults: unknown[] = [];
    const server = createServer((req, res) => {
      requests.push([req.method, req.url, req.headers.range].filter((part) => part !== undefined).join(" "));
      Promise.resolve(handler(req, res)).catch((error: unknown) => faults.push(error));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Peer(server, requests, faults);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
