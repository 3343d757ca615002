import type { DatabaseSync } from "node:sqlite";
import type { Json } from "@firmament/core/codec";
import type { Receipt } from "./block.ts";
import { integer, string } from "./rows.ts";
import { prepared } from "./statements.ts";

/**
 * The receipt of a transaction that the database holds.
 *
 * @param open the block in the making, where the connection is inside one
 */
export function receiptOf(
  database: DatabaseSync,
  id: string,
  open?: { readonly height: number; readonly time: number },
): Receipt | undefined {
  const row = prepared(database, "SELECT idx, result FROM transactions WHERE id = ?").get(id);
  if (row === undefined) return undefined;
  const index = integer(row, "idx");
  const find = "SELECT height, time FROM blocks WHERE first <= ? AND size > ? ORDER BY first DESC LIMIT 1";
  const block = prepared(database, find).get(index, index);
  const at = block === undefined ? open : { height: integer(block, "height"), time: integer(block, "time") };
  if (at === undefined) throw new Error(`no block holds entry ${index}`);
  return { transaction: id, index, ...at, result: JSON.parse(string(row, "result")) as Json };
}
