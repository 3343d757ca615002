import { setImmediate } from "node:timers/promises";
import { join } from "node:path";
import { type Announcement, Witness, type WitnessContent, type WitnessPeers } from "@firmament/agents/witness";
import { toHex, utf8 } from "@firmament/core/bytes";
import { nodeCrypto, privateKey, softwareSigner } from "@firmament/crypto";
import { type Block, type Ledger, Replica } from "@firmament/replica";
import { CosignedFile } from "@firmament/server/cosigned-file";
import { codeOf } from "./lines.ts";

/** What a witness program is given to do: texts as in {@link Block}, the organisation's cosigner key as a JWK. */
export interface WitnessWork {
  readonly genesis: string;
  readonly ledger: string;
  readonly now: number;
  readonly organisation: string;
  readonly cosigner: object;
  readonly blocks: readonly (Omit<Block, "transactions"> & { readonly transactions: readonly string[] })[];
}

/** What a witness program prints: a cosignature that it announced, or the code that ended it. */
export type WitnessLine =
  | { readonly keyId: string; readonly root: string; readonly signature: string; readonly size: number }
  | { readonly refused: string };

/** Shows its blocks as if each were made while the witness watches, then calls `atEnd`. */
class LiveLedger implements Ledger {
  readonly #blocks: readonly Block[];
  readonly #atEnd: () => void;
  readonly #ledger: string;

  constructor(ledger: string, blocks: readonly Block[], atEnd: () => void) {
    this.#ledger = ledger;
    this.#blocks = blocks;
    this.#atEnd = atEnd;
  }

  submit(): Promise<never> {
    return Promise.reject(new Error("this ledger takes no transaction"));
  }

  async *blocks(from: number): AsyncIterable<Block> {
    for (const block of this.#blocks) {
      await setImmediate();
      if (block.height >= from) yield block;
    }
    this.#atEnd();
  }

  status() {
    return Promise.resolve({ ledger: this.#ledger, height: 0, root: "", size: 0, time: 0 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

class TellingPeers implements WitnessPeers {
  readonly announce: (found: Announcement) => void;

  constructor(tell: (line: WitnessLine) => void) {
    this.announce = ({ keyId, root, signature, size }) => {
      tell({ keyId, root: toHex(root), signature: toHex(signature), size });
    };
  }

  async *collect(): AsyncIterable<readonly Announcement[]> {
    yield* [[], [], []];
  }
}

const noContent: WitnessContent = {
  obtain: () => Promise.reject(new Error("there is no content")),
  mac: () => Promise.reject(new Error("there is no content")),
};

/** Runs a witness over the files of a home until it has seen all blocks or stops by itself. */
export async function follow(home: string, work: WitnessWork, tell: (line: WitnessLine) => void): Promise<void> {
  const { genesis, ledger, now, organisation } = work;
  const blocks = work.blocks.map((each) => ({ ...each, transactions: each.transactions.map(utf8) }));
  const cosigner = softwareSigner(privateKey(work.cosigner));
  const ended = new AbortController();
  try {
    using replica = Replica.open(join(home, "replica.db"), nodeCrypto, utf8(genesis));
    const witness = new Witness({
      replica,
      ledger: new LiveLedger(ledger, blocks, () => {
        ended.abort();
      }),
      identity: { cosigner, node: cosigner, organisation },
      content: noContent,
      peers: new TellingPeers(tell),
      memory: CosignedFile.open(join(home, "cosigned", "last.json")),
      clock: () => now,
    });
    await witness.run(ended.signal);
  } catch (cause) {
    tell({ refused: codeOf(cause) });
  }
}
