import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { toBase64url } from "@firmament/core/bytes";
import { canonicalText } from "@firmament/core/codec";
import { type Consortium } from "@firmament/testing/kit";
import { saveAs } from "./sample.ts";

const url = "http://127.0.0.1:9/";

/** Files of a home in which a ledger and nodes have run; nothing runs in it. */
export class HomeFiles {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  get ledger(): string {
    return join(this.path, "ledger", "ledger.sqlite");
  }

  replica(organisation: string): string {
    return join(this.path, organisation, "node", "replica.sqlite");
  }

  /** Writes genesis, addresses, and the consortium's replica as the ledger's and as each node's. */
  async write(c: Consortium): Promise<void> {
    const names = c.members.map((member) => member.name);
    const at = (organisation: string) => ({ organisation, url });
    const [first = ""] = names;
    const network = { author: at(first), ledger: url, nodes: names.map(at), register: at(first), retrieval: at(first) };
    for (const path of [this.ledger, ...names.map((name) => this.replica(name))]) {
      await mkdir(dirname(path), { recursive: true });
      saveAs(c, path);
    }
    await writeFile(join(this.path, "genesis.json"), c.genesisFile);
    await writeFile(join(this.path, "network.json"), canonicalText(network));
  }

  /** What a node remembers to have cosigned. */
  async remember(organisation: string, size: number, root: Uint8Array): Promise<void> {
    const folder = join(this.path, organisation, "cosigned");
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "last.json"), canonicalText({ root: toBase64url(root), size }));
  }
}
