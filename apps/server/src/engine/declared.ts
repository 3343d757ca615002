import { existsSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { tables, type Validators } from "@firmament/core/registry";
import { currentRecord, openDatabase } from "@firmament/replica";

const NONE: Validators = { members: [], version: 0 };

function validatorsIn(database: DatabaseSync): Validators {
  try {
    return currentRecord(database, tables.validators) ?? NONE;
  } finally {
    database.close();
  }
}

function validatorsAt(file: string): Validators {
  try {
    return existsSync(file) ? validatorsIn(openDatabase(file, { readOnly: true })) : NONE;
  } catch {
    // A copy that is cut or damaged: whoever owns it says so when it starts.
    return NONE;
  }
}

/**
 * The present validators, as the newest of an organisation's own copies of the ledger has them; none where no copy can be
 * read. After a restore or a reset the application's is the older one.
 */
export function declaredValidators(...files: readonly string[]): Validators {
  return files.map(validatorsAt).reduce((a, b) => (b.version > a.version ? b : a), NONE);
}
