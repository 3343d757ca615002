import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Crypto } from "@firmament/core/keys";
import { CometLedger, type CometLedgerParts } from "@firmament/ledger-cometbft";
import { nodeCrypto } from "@firmament/crypto";
import { Replica } from "@firmament/replica";
import { FakeEngine, type FakeEnginePaths } from "./fake-engine.ts";

/** One application with its own replica, in a folder of the test. */
export interface RunningApplication extends FakeEnginePaths {
  readonly file: string;
  readonly ledger: CometLedger;
  readonly replica: Replica;
}

type Options = Partial<Omit<CometLedgerParts, "file" | "replica" | "rpc">> & { readonly crypto?: Crypto };

/** Applications of one ledger in this process, each behind its own sockets. */
export class CometApplications implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "fm-"));
  readonly #genesisFile: Uint8Array;
  readonly all: RunningApplication[] = [];

  constructor(genesisFile: Uint8Array) {
    this.#genesisFile = genesisFile;
  }

  /** @param name of the database's file; one that was closed is opened again */
  async open(name: string, options: Options = {}): Promise<RunningApplication> {
    const { crypto = nodeCrypto, ...parts } = options;
    const [file, abci, rpc] = [".db", ".abci", ".rpc"].map((suffix) => join(this.#folder, `${name}${suffix}`));
    if (file === undefined || abci === undefined || rpc === undefined) throw new Error("no names");
    const replica = Replica.open(file, crypto, this.#genesisFile);
    const ledger = new CometLedger({ file, replica, rpc, ...parts });
    await ledger.listen(abci);
    const running = { abci, file, ledger, replica, rpc };
    this.all.push(running);
    return running;
  }

  engine(clock: () => number): Promise<FakeEngine> {
    return FakeEngine.start(this.all, this.#genesisFile, clock);
  }

  /** Ends one as a crash does: nothing of an open block is kept. */
  async close(running: RunningApplication): Promise<void> {
    this.all.splice(this.all.indexOf(running), 1);
    await running.ledger[Symbol.asyncDispose]();
    running.replica[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const running of [...this.all]) await this.close(running);
    rmSync(this.#folder, { force: true, recursive: true });
  }
}
