/**
 * A ledger under load: `ledger.ts <home> <work file>`. Clients submit at the same time, each its next transaction once
 * the last is answered; every answer is printed. The database is closed and opened again in between.
 */
import { join } from "node:path";
import { toHex } from "@firmament/core/bytes";
import { nodeCrypto } from "@firmament/crypto";
import { SqliteLedger } from "@firmament/ledger-sqlite";
import { Replica } from "@firmament/replica";
import { readWork } from "./work.ts";
import { codeOf, say } from "./lines.ts";

const CLIENTS = 2;
const [home = "", workFile = ""] = process.argv.slice(2);
const { genesis, now, transactions } = readWork(workFile);

async function submitAll(replica: Replica, ledger: SqliteLedger, from: number, to: number): Promise<void> {
  const clients = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let which = from + client; which < to; which += CLIENTS) {
      try {
        const receipt = await ledger.submit(transactions[which] ?? new Uint8Array());
        say({ which, receipt, root: toHex(replica.status.root), size: replica.status.size });
      } catch (cause) {
        say({ which, refused: codeOf(cause) });
      }
    }
  });
  await Promise.all(clients);
}

const half = transactions.length / 2;
for (const from of [0, half]) {
  try {
    using replica = Replica.open(join(home, "ledger.db"), nodeCrypto, genesis);
    await using ledger = new SqliteLedger(replica, () => now);
    await submitAll(replica, ledger, from, from + half);
  } catch (cause) {
    say({ fault: codeOf(cause) });
    process.exitCode = 1;
  }
}
