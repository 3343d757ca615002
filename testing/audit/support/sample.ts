import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { nodeCrypto } from "@firmament/crypto";
import { openDatabase } from "@firmament/replica";
import { type AuditOptions, type AuditReport, auditDatabase } from "@firmament/replica/audit";
import { Consortium } from "@firmament/testing/kit";

/** A ledger as a file, with all that a replica keeps, to be damaged copy by copy. */
export class Sample implements AsyncDisposable {
  readonly folder: string;
  readonly genesisFile: Uint8Array;
  readonly size: number;
  #copies = 0;

  private constructor(folder: string, { genesisFile, size }: Consortium) {
    this.folder = folder;
    this.genesisFile = genesisFile;
    this.size = size;
  }

  /** @param history what happens after the consortium is ready */
  static async of(history: (c: Consortium) => Promise<void>): Promise<Sample> {
    using c = await Consortium.ready();
    await history(c);
    const sample = new Sample(await mkdtemp(join(tmpdir(), "firmament-audit-")), c);
    saveAs(c, sample.original);
    return sample;
  }

  get original(): string {
    return join(this.folder, "original.sqlite");
  }

  /** A copy of its own. */
  async copy(): Promise<string> {
    const path = join(this.folder, `copy-${this.#copies++}.sqlite`);
    await copyFile(this.original, path);
    return path;
  }

  /** Audits a copy to which SQL was done. */
  async altered(sql: string, options: Partial<AuditOptions> = {}): Promise<AuditReport> {
    const path = await this.copy();
    edit(path, sql);
    return auditFile(path, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { force: true, recursive: true });
  }
}

/** Releases, votes, a refused and a revoked one, trust/2, and cosignatures at several sizes. */
export async function fullHistory(c: Consortium): Promise<void> {
  const { release } = await c.publish();
  await c.cosign();
  await c.nextTrust(() => ({ freshness: 40_000 }));
  c.now += 60;
  await c.submit(c.member(3).approver, "release.hold", { release });
  await c.publish({ version: "2.0.0" });
  await c.submit(c.member(0).admin, "release.revoke", { reason: "a test", release });
  await c.cosign([0, 1, 2]);
}

/** Writes the consortium's replica to a file. */
export function saveAs(c: Consortium, path: string): void {
  c.replica.database.prepare("VACUUM INTO ?").run(path);
}

export function edit(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

export function auditFile(path: string, options: Partial<AuditOptions> = {}): AuditReport {
  const database = openDatabase(path, { readOnly: true });
  try {
    return auditDatabase(database, { crypto: nodeCrypto, ...options });
  } finally {
    database.close();
  }
}

/** Tables of a database with their columns, as SQLite knows them. */
export function columnsOf(path: string): readonly { readonly table: string; readonly columns: readonly string[] }[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  const found = tables.map(({ name }) => ({
    table: String(name),
    columns: database
      .prepare("SELECT name FROM pragma_table_info(?)")
      .all(String(name))
      .map((row) => String(row["name"])),
  }));
  database.close();
  return found;
}

/** All that a database says, table by table; `undefined` where SQLite cannot read it or finds it unsound. */
export function dump(path: string): string | undefined {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const checked = database.prepare("PRAGMA integrity_check").all();
    if (checked.length !== 1 || Object.values(checked[0] ?? {})[0] !== "ok") return undefined;
    const schema = all(database, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name");
    const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    const rows = names.map(({ name }) => all(database, `SELECT * FROM "${String(name)}"`));
    return JSON.stringify([schema, all(database, "PRAGMA user_version"), rows]);
  } catch {
    return undefined;
  } finally {
    database.close();
  }
}

function all(database: DatabaseSync, sql: string): readonly string[] {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  return statement.all().map((row) => Object.values(row).map(textOf).join());
}

const textOf = (value: SQLOutputValue): string =>
  value instanceof Uint8Array ? `x${Buffer.from(value).toString("hex")}` : `${typeof value} ${String(value)}`;
