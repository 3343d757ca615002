import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { FrameReader } from "@firmament/ledger-cometbft/framing";
import { BinaryWriter } from "cosmjs-types/binary";
import { Request, Response } from "cosmjs-types/tendermint/abci/types";

type Method = keyof Request;

/** One connection of an engine to an application, as the engine speaks over it. */
export class AbciConnection implements Disposable {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #waiting: ((answer: Response) => void)[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk) => {
      for (const message of this.#reader.push(chunk)) this.#waiting.shift()?.(Response.decode(message));
    });
    socket.on("error", () => socket.destroy());
  }

  static async open(path: string): Promise<AbciConnection> {
    const socket = connect(path);
    await once(socket, "connect");
    return new AbciConnection(socket);
  }

  /** @throws Error where the application answers with an exception */
  async call<M extends Method>(method: M, request: object = {}): Promise<NonNullable<Response[M]>> {
    const { promise, resolve } = Promise.withResolvers<Response>();
    this.#waiting.push(resolve);
    const message: Request = { [method]: request };
    this.send(Request.encode(Request.fromPartial(message)).finish());
    const answer = await promise;
    if (answer.exception !== undefined) throw new Error(`exception: ${answer.exception.error}`);
    const found = answer[method];
    if (found === undefined) throw new Error(`no answer to ${method}`);
    return found;
  }

  /** Sends one message of any bytes. */
  send(message: Uint8Array): void {
    this.#socket.write(new BinaryWriter().bytes(message).finish());
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
