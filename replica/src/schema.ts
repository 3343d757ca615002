import { closeSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { refuse } from "./errors.ts";

// One row of `roots` per block: the state tree's root after it. `stale` says from which size on a node is unused.
const SCHEMA = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE blocks (height INTEGER PRIMARY KEY, time INTEGER NOT NULL, first INTEGER NOT NULL, size INTEGER NOT NULL);
CREATE TABLE entries (idx INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE transactions (idx INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, bytes BLOB NOT NULL, result TEXT NOT NULL);
CREATE TABLE log_nodes (level INTEGER, idx INTEGER, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID;
CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE nodes (id INTEGER PRIMARY KEY, depth INTEGER, left INTEGER, left_hash BLOB, right INTEGER, right_hash BLOB,
  path BLOB, key_hash BLOB, value BLOB);
CREATE TABLE stale (size INTEGER NOT NULL, node INTEGER NOT NULL, PRIMARY KEY (size, node)) WITHOUT ROWID;
CREATE TABLE roots (size INTEGER PRIMARY KEY, node INTEGER, hash BLOB NOT NULL);
CREATE TABLE trust_steps (version INTEGER PRIMARY KEY, document BLOB NOT NULL, signatures TEXT NOT NULL);
CREATE TABLE cosignatures (size INTEGER, key_id TEXT, organisation TEXT NOT NULL, time INTEGER NOT NULL,
  signature BLOB NOT NULL, PRIMARY KEY (size, key_id)) WITHOUT ROWID;
CREATE INDEX blocks_first ON blocks (first);
CREATE INDEX cosignatures_key ON cosignatures (key_id, size);
`;

const VERSION = 2;

function flushFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function prepareSchema(database: DatabaseSync): void {
  // Pages keep no remains of rows that were moved or removed: whatever the file holds is in a table.
  database.exec("PRAGMA secure_delete = FAST");
  // The state tree's pages are touched at random: 64 MiB of them in memory, and written back at 128 MiB of log, so that
  // most are written back once for many changes.
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 32768",
  );
  const { user_version: version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
  if (version !== 0 && version !== VERSION) {
    throw refuse("replica/form", `It has version ${version}, this build reads ${VERSION}.`);
  }
  // A process that was killed may have left commits that only the page cache holds. This one flushes them too, before
  // anybody is told what is in them.
  const schema = version === 0 ? SCHEMA : "";
  database.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${VERSION}; COMMIT`);
  // SQLite flushes the log's name as well, but takes no notice where that fails.
  const file = database.location();
  if (file !== null) flushFolder(dirname(file));
}

/**
 * Opens a replica's database, and makes it where it is new: write-ahead log, every commit durable before it returns.
 *
 * @param path a file, or `:memory:`
 * @throws Refusal `replica/form` for a database of another version
 */
export function openDatabase(path: string, options: { readonly readOnly?: boolean } = {}): DatabaseSync {
  const readOnly = options.readOnly === true;
  const database = new DatabaseSync(path, { readOnly });
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    if (!readOnly) prepareSchema(database);
    return database;
  } catch (cause) {
    database.close();
    throw cause;
  }
}

/** Runs writes that are durable only with the next flushed commit. */
export function unflushed(database: DatabaseSync, work: () => unknown): void {
  database.exec("PRAGMA synchronous = NORMAL");
  try {
    work();
  } finally {
    database.exec("PRAGMA synchronous = FULL");
  }
}
