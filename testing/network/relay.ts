import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Where bytes flow: from who connected to the target, or back. */
export type Direction = "back" | "there";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

interface Held {
  readonly chunk: Uint8Array;
  readonly due: number;
}

const DIRECTIONS: readonly Direction[] = ["there", "back"];
/** Bytes that wait in one direction of one connection before its source is asked to pause. */
const MAX_WAITING = 16 * 1024 * 1024;

/** The line that all connections of a relay share in one direction. */
class Line {
  delayMs = 0;
  #open = Promise.withResolvers<undefined>();
  #isCut = false;

  constructor() {
    this.#open.resolve(undefined);
  }

  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#open = Promise.withResolvers();
  }

  heal(): void {
    this.#isCut = false;
    this.#open.resolve(undefined);
  }

  get opened(): Promise<undefined> {
    return this.#open.promise;
  }
}

// One direction of one connection: every chunk leaves in order, as late as the line says.
async function carry(source: Socket, target: Socket, line: Line): Promise<void> {
  const queue: Held[] = [];
  let [waiting, isEnded] = [0, false];
  let wake = Promise.withResolvers<undefined>();
  const woken = () => {
    wake.resolve(undefined);
  };
  source.on("data", (chunk: Buffer) => {
    queue.push({ chunk, due: performance.now() + line.delayMs });
    waiting += chunk.length;
    if (waiting > MAX_WAITING) source.pause();
    woken();
  });
  source.once("close", () => {
    isEnded = true;
    woken();
  });
  while (!target.destroyed) {
    const next = queue.shift();
    if (next === undefined) {
      if (isEnded) break;
      await wake.promise;
      wake = Promise.withResolvers();
      continue;
    }
    const left = next.due - performance.now();
    if (left > 0) await delay(left);
    await line.opened;
    target.write(next.chunk);
    waiting -= next.chunk.length;
    if (source.isPaused() && waiting < MAX_WAITING) source.resume();
  }
  target.end();
}

/**
 * A TCP relay in front of one address, with a delay and a cut for each direction. What a cut line was sent is kept
 * and arrives once it is healed, in order, as TCP would after an outage; connections stay as they are.
 */
export class Relay implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #lines: Readonly<Record<Direction, Line>> = { back: new Line(), there: new Line() };
  readonly #target: Endpoint;

  private constructor(target: Endpoint) {
    this.#target = target;
    this.#server = createServer({ noDelay: true }, (socket) => {
      this.#accept(socket);
    });
  }

  /** @param at where the relay listens; port 0 takes a free one, see {@link address} */
  static async listen(at: Endpoint, target: Endpoint): Promise<Relay> {
    const relay = new Relay(target);
    relay.#server.listen(at.port, at.host);
    await once(relay.#server, "listening");
    return relay;
  }

  get address(): Endpoint {
    const found = this.#server.address();
    if (found === null || typeof found === "string") throw new Error("the relay does not listen");
    return { host: found.address, port: found.port };
  }

  /** Delays what is sent from now on, each direction by so many milliseconds. */
  delay(delayMs: number, ...directions: readonly Direction[]): void {
    for (const line of this.#of(directions)) line.delayMs = delayMs;
  }

  /** Lets nothing through in these directions, in both without any. */
  cut(...directions: readonly Direction[]): void {
    for (const line of this.#of(directions)) line.cut();
  }

  /** Undoes {@link cut}. */
  heal(...directions: readonly Direction[]): void {
    for (const line of this.#of(directions)) line.heal();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    this.heal();
    await closed;
  }

  #of(directions: readonly Direction[]): readonly Line[] {
    return (directions.length === 0 ? DIRECTIONS : directions).map((each) => this.#lines[each]);
  }

  #accept(client: Socket): void {
    const server = connect({ ...this.#target, noDelay: true });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => {
        socket.destroy();
      });
      socket.once("close", () => this.#sockets.delete(socket));
    }
    void carry(client, server, this.#lines.there);
    void carry(server, client, this.#lines.back);
  }
}
