import { linkSync, renameSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { BinaryWriter } from "cosmjs-types/binary";
import { Request, Response } from "cosmjs-types/tendermint/abci/types";
import { privateModule } from "../malformed/private-module.ts";

interface Framing {
  readonly FrameReader: new () => { push(chunk: Uint8Array): readonly Uint8Array[] };
}
const { FrameReader } = await privateModule<Framing>("ledgers/cometbft/src/framing.ts");

const POLL_MS = 2;

function frame(message: Uint8Array): Uint8Array {
  return new BinaryWriter().bytes(message).finish();
}

/** Sees each answer of an application on its way to the engine. @returns what the engine gets; nothing withholds it */
export type Tapped = (request: Request, answer: Response) => Response | undefined;

/**
 * Stands between an application and its engine: takes the application's socket away as soon as it is there, and listens
 * in its place. Neither process is changed.
 */
export class AbciTap implements AsyncDisposable {
  readonly #folder: string;
  readonly #tapped: Tapped;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #watching: NodeJS.Timeout | undefined;

  private constructor(runFolder: string, tapped: Tapped) {
    this.#folder = runFolder;
    this.#tapped = tapped;
    this.#server = createServer((engine) => {
      this.#carry(engine);
    });
  }

  /** @param runFolder of an organisation whose validator does not run yet */
  static async open(runFolder: string, tapped: Tapped): Promise<AbciTap> {
    const tap = new AbciTap(runFolder, tapped);
    const { promise, reject, resolve } = Promise.withResolvers<undefined>();
    tap.#server.once("error", reject);
    tap.#server.listen(tap.#path("tap.sock"), () => {
      resolve(undefined);
    });
    await promise;
    // A case that was given up must not keep its runner alive.
    tap.#server.unref();
    tap.#watching = setInterval(() => {
      tap.#takePlace();
    }, POLL_MS).unref();
    return tap;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watching);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #takePlace(): void {
    const found = statSync(this.#path("abci.sock"), { throwIfNoEntry: false })?.ino;
    if (found === undefined || found === statSync(this.#path("tap.sock")).ino) return;
    renameSync(this.#path("abci.sock"), this.#path("tapped.sock"));
    rmSync(this.#path("abci.sock"), { force: true });
    linkSync(this.#path("tap.sock"), this.#path("abci.sock"));
  }

  #carry(engine: Socket): void {
    const application = connect(this.#path("tapped.sock"));
    const asked: Request[] = [];
    const [requests, answers] = [new FrameReader(), new FrameReader()];
    for (const [one, other] of [
      [engine, application],
      [application, engine],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    engine.on("data", (chunk) => {
      for (const message of requests.push(chunk)) {
        asked.push(Request.decode(message));
        application.write(frame(message));
      }
    });
    application.on("data", (chunk) => {
      for (const message of answers.push(chunk)) {
        const request = asked.shift();
        const answer = request === undefined ? undefined : this.#tapped(request, Response.decode(message));
        if (answer !== undefined) engine.write(frame(Response.encode(answer).finish()));
      }
    });
  }
}
