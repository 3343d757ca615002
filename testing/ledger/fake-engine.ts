import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { fromBase64, fromBase64url, toHex } from "@firmament/core/bytes";
import { decodeGenesis } from "@firmament/core/registry";
import { nodeCrypto } from "@firmament/crypto";
import { chainIdOf } from "@firmament/ledger-cometbft";
import { AbciConnection } from "./abci-connection.ts";

/** Where one application listens, and where it expects its engine. */
export interface FakeEnginePaths {
  readonly abci: string;
  readonly rpc: string;
}

interface Connected {
  readonly consensus: AbciConnection;
  readonly mempool: AbciConnection;
  readonly rpc: Server;
}

const ACCEPT = 1;
const NEW = 0;
const RECHECK = 1;

/**
 * An engine that agrees with itself: it drives several applications through the calls of ABCI in the order of the real
 * one, each block on all of them, and compares their hashes. No network, no votes; the clock is the test's.
 */
export class FakeEngine implements AsyncDisposable {
  readonly #applications: readonly Connected[];
  readonly #clock: () => number;
  #pool: Uint8Array[] = [];
  #running = false;
  height: number;

  private constructor(applications: readonly Connected[], height: number, clock: () => number) {
    this.#applications = applications;
    this.height = height;
    this.#clock = clock;
    for (const each of applications) this.#serve(each);
  }

  /** @param clock block time, seconds since 1970 */
  static async start(
    paths: readonly FakeEnginePaths[],
    genesisFile: Uint8Array,
    clock: () => number,
  ): Promise<FakeEngine> {
    const applications = await Promise.all(paths.map(dial));
    const heights = await Promise.all(
      applications.map(async ({ consensus }) => Number((await consensus.call("info")).lastBlockHeight)),
    );
    const { body, ledger } = decodeGenesis(nodeCrypto, genesisFile);
    const validators = body.organisations.map(({ node }) => ({
      power: 1n,
      pubKey: { ed25519: fromBase64url(node?.validator.x ?? "") },
    }));
    const fresh = applications.filter((_, i) => heights[i] === 0);
    for (const { consensus } of fresh) {
      await consensus.call("initChain", { chainId: chainIdOf(ledger), initialHeight: 1n, validators });
    }
    const engine = new FakeEngine(applications, Math.max(...heights), clock);
    await Promise.all(paths.map(({ rpc }, i) => listen(applications[i], rpc)));
    return engine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { consensus, mempool, rpc } of this.#applications) {
      consensus[Symbol.dispose]();
      mempool[Symbol.dispose]();
      rpc.closeAllConnections();
      await new Promise((resolve) => rpc.close(resolve));
    }
  }

  /** Decides one block of exactly these transactions; without any it is a heartbeat. */
  async decide(txs: readonly Uint8Array[], time = this.#clock()): Promise<Uint8Array> {
    const height = this.height + 1;
    const block = { height: BigInt(height), time: { nanos: 0, seconds: BigInt(time) }, txs };
    const answers = await Promise.all(
      this.#applications.map(({ consensus }) => consensus.call("finalizeBlock", block)),
    );
    const [first, ...others] = answers.map(({ appHash, txResults }) => ({
      codes: txResults.map(({ code }) => code),
      hash: toHex(appHash),
    }));
    for (const other of others) assert.deepEqual(other, first, "applications differ");
    for (const { consensus } of this.#applications) await consensus.call("commit");
    this.height = height;
    return answers[0]?.appHash ?? new Uint8Array();
  }

  #serve({ mempool, rpc }: Connected): void {
    rpc.on("request", (request, response) => {
      void (async () => {
        const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { params: { tx: string } };
        const tx = fromBase64(body.params.tx);
        response.end(JSON.stringify(await this.#take(mempool, tx)));
      })();
    });
  }

  async #take(mempool: AbciConnection, tx: Uint8Array): Promise<object> {
    if (this.#pool.some((each) => Buffer.compare(each, tx) === 0)) {
      return { error: { code: -32603, data: "tx already exists in cache", message: "Internal error" } };
    }
    const { code, log } = await mempool.call("checkTx", { tx, type: NEW });
    if (code !== 0) return { result: { code, log } };
    this.#pool.push(tx);
    void this.#run();
    return { result: { code: 0, log: "" } };
  }

  // Blocks follow each other while anything waits; what comes meanwhile is for the next.
  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (; this.#pool.length > 0; await delay(1)) await this.#round();
    this.#running = false;
  }

  async #round(): Promise<void> {
    const proposer = this.#applications[this.height % this.#applications.length];
    if (proposer === undefined) return;
    const waiting = [...this.#pool];
    const { txs } = await proposer.consensus.call("prepareProposal", { maxTxBytes: 1_048_576n, txs: waiting });
    for (const { consensus } of this.#applications) {
      assert.equal((await consensus.call("processProposal", { txs })).status, ACCEPT);
    }
    await this.decide(txs);
    const rest = this.#pool.filter((each) => !waiting.includes(each));
    this.#pool = [];
    for (const tx of rest) {
      const checks = this.#applications.map(({ mempool }) => mempool.call("checkTx", { tx, type: RECHECK }));
      if ((await Promise.all(checks)).some(({ code }) => code === 0)) this.#pool.push(tx);
    }
  }
}

async function dial({ abci }: FakeEnginePaths): Promise<Connected> {
  return {
    consensus: await AbciConnection.open(abci),
    mempool: await AbciConnection.open(abci),
    rpc: createServer(),
  };
}

function listen(connected: Connected | undefined, path: string): Promise<void> {
  return new Promise((resolve) => connected?.rpc.listen(path, resolve));
}
