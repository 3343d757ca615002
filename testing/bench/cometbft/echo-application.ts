/**
 * node echo-application.ts SOCKET DATABASE KEY: a plain ABCI application in Node with our promises. A transaction is a
 * signature by the JWK KEY, 64 bytes, and what it signs. Each is checked when it is taken, again where it still waits after
 * a block, and written as one SQLite row; a commit is durable.
 */
import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { algorithmOf, publicKey } from "@firmament/core/keys";
import { nodeCrypto } from "@firmament/crypto";
import { type AbciApplication, AbciServer } from "@firmament/ledger-cometbft";

const SIGNATURE_BYTES = 64;
const ACCEPT = 1;
const REJECT = 2;

const [, , socket = "", file = "", jwk = ""] = process.argv;
const key = publicKey(JSON.parse(jwk), "key");
const database = new DatabaseSync(file);
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
database.exec("CREATE TABLE rows (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT");
const insert = database.prepare("INSERT INTO rows VALUES (?, ?)");
const checked = new Set<string>();
let size = 0;
let hash: Uint8Array = new Uint8Array(32);

function isSigned(bytes: Uint8Array): boolean {
  const signature = bytes.subarray(0, SIGNATURE_BYTES);
  const id = Buffer.from(signature).toString("latin1");
  if (checked.has(id)) return true;
  const isTrue = nodeCrypto.verify(algorithmOf(key), key, bytes.subarray(SIGNATURE_BYTES), signature);
  if (isTrue) checked.add(id);
  return isTrue;
}

function execute(bytes: Uint8Array): { readonly code: number } {
  if (!isSigned(bytes)) return { code: 1 };
  insert.run(size++, bytes);
  return { code: 0 };
}

const nothing = () => ({});

const application: AbciApplication = {
  applySnapshotChunk: nothing,
  checkTx: ({ tx }) => ({ code: isSigned(tx) ? 0 : 1 }),
  commit: () => {
    database.exec("COMMIT");
    checked.clear();
    return {};
  },
  echo: ({ message }) => ({ message }),
  extendVote: nothing,
  finalizeBlock: ({ txs }) => {
    database.exec("BEGIN IMMEDIATE");
    const txResults = txs.map(execute);
    if (txs.length > 0) hash = createHash("sha256").update(hash).update(String(size)).digest();
    return { appHash: hash, txResults };
  },
  flush: nothing,
  info: () => ({ appVersion: 1n }),
  initChain: () => ({ appHash: hash }),
  listSnapshots: nothing,
  loadSnapshotChunk: nothing,
  offerSnapshot: nothing,
  prepareProposal: ({ txs }) => ({ txs }),
  processProposal: ({ txs }) => ({ status: txs.every(isSigned) ? ACCEPT : REJECT }),
  query: nothing,
  verifyVoteExtension: nothing,
};

const server = new AbciServer(application);
await server.listen(socket);
process.once("SIGTERM", () => process.exit());
console.log("ready");
const fault = await server.fault;
throw fault;
