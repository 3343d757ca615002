import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "@firmament/replica";

/** A replica that may not be there yet, to read committed state from; it is opened once. */
export class StateFile implements Disposable {
  readonly #path: string;
  #database: DatabaseSync | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The replica; nothing before whoever makes it has founded it. Every other fault is thrown. */
  open(): DatabaseSync | undefined {
    if (this.#database !== undefined || !existsSync(this.#path)) return this.#database;
    const database = openDatabase(this.#path, { readOnly: true });
    const isFounded = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'state'").get() !== undefined;
    if (isFounded) this.#database = database;
    else database.close();
    return this.#database;
  }

  [Symbol.dispose](): void {
    this.#database?.close();
  }
}
