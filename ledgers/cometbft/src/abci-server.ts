import { createServer, type Server, type Socket } from "node:net";
import { Request, Response } from "cosmjs-types/tendermint/abci/types";
import { FrameReader, FrameWriter } from "./framing.ts";

type Requests = Required<Request>;
type Responses = Required<Response>;

/** Every method of ABCI 2.0 by its name in the messages; each answers at once or later. */
export type AbciMethod = keyof Requests;

/** An answer; members that are absent are protobuf's defaults. */
type Partially<T> = T extends Uint8Array | bigint
  ? T
  : T extends readonly (infer M)[]
    ? readonly Partially<M>[]
    : T extends object
      ? { readonly [K in keyof T]?: Partially<T[K]> | undefined }
      : T;

/** What an application does for each request. A throw is a fault of the application: the engine is told to stop. */
export type AbciApplication = {
  readonly [M in AbciMethod]: (request: Requests[M]) => Partially<Responses[M]> | Promise<Partially<Responses[M]>>;
};

function methodOf(request: Request): AbciMethod {
  const found = (Object.keys(request) as AbciMethod[]).find((name) => request[name] !== undefined);
  if (found === undefined) throw new TypeError("an ABCI request of no known kind");
  return found;
}

function encode(method: AbciMethod | "exception", answer: object): Uint8Array {
  const message: Response = { [method]: answer };
  return Response.encode(Response.fromPartial(message), new FrameWriter()).finish();
}

/**
 * Serves an application over the ABCI socket protocol. The engine opens four connections; requests of one connection
 * are answered in their order, one after the other.
 */
export class AbciServer implements AsyncDisposable {
  readonly #application: AbciApplication;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #fault: PromiseWithResolvers<Error> = Promise.withResolvers();

  constructor(application: AbciApplication) {
    this.#application = application;
    this.#server = createServer((socket) => {
      this.#serve(socket);
    });
  }

  /** Resolves with the fault that ended the application; the process must end with it. */
  get fault(): Promise<Error> {
    return this.#fault.promise;
  }

  /** @param path of the unix socket, in a folder that nobody else may enter: ABCI knows no authentication */
  async listen(path: string): Promise<void> {
    const { promise, reject, resolve } = Promise.withResolvers<undefined>();
    this.#server.once("error", reject);
    this.#server.listen(path, () => {
      resolve(undefined);
    });
    await promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    const reader = new FrameReader();
    let previous: Promise<void> = Promise.resolve();
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      const messages = reader.push(chunk);
      previous = previous.then(() => this.#answerAll(socket, messages));
    });
  }

  // Messages that came together are answered together: a write costs more than most answers.
  async #answerAll(socket: Socket, messages: readonly Uint8Array[]): Promise<void> {
    const answers: Uint8Array[] = [];
    for (const message of messages) {
      const answer = this.#answer(message);
      answers.push(answer instanceof Promise ? await answer : answer);
    }
    socket.write(Buffer.concat(answers));
  }

  #answer(message: Uint8Array): Uint8Array | Promise<Uint8Array> {
    try {
      const request = Request.decode(message);
      const method = methodOf(request);
      const handle = this.#application[method] as (request: unknown) => object | Promise<object>;
      const answer = handle(request[method]);
      if (!(answer instanceof Promise)) return encode(method, answer);
      return answer.then(
        (later) => encode(method, later),
        (cause: unknown) => this.#fail(cause),
      );
    } catch (cause) {
      return this.#fail(cause);
    }
  }

  #fail(cause: unknown): Uint8Array {
    this.#fault.resolve(cause instanceof Error ? cause : new Error("the application met a fault", { cause }));
    return encode("exception", { error: "the application met a fault; its log says which" });
  }
}
