import { fromUtf8, utf8 } from "@firmament/core/bytes";
import { digest256, integer, list, object, seconds, text } from "@firmament/core/codec";
import { type Block, type LedgerStatus, type Receipt, receipt } from "@firmament/replica";
import { refuse } from "./errors.ts";

const transaction = text({ max: 131_072 });
const block = object({ height: integer(0), time: seconds, transactions: list(transaction, { min: 1, max: 4096 }) });
const status = object(
  { height: integer(0), ledger: text({ max: 160 }), root: digest256, size: integer(0), time: seconds },
  { engineHeight: integer(0) },
);

/** A block as one line of JSON; transactions are their canonical texts. */
export function blockLine({ height, time, transactions }: Block): string {
  return `${JSON.stringify({ height, time, transactions: transactions.map(fromUtf8) })}\n`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refuse("ledger/answer", "A block is no JSON.", { cause });
  }
}

/** @throws Refusal `codec/…`, `ledger/answer` */
export function parseBlock(line: string): Block {
  const found = block(parseJson(line), "block");
  return { ...found, transactions: found.transactions.map(utf8) };
}

/** @throws Refusal `codec/…` */
export function parseReceipt(value: unknown): Receipt {
  return receipt(value, "receipt");
}

/** @throws Refusal `codec/…` */
export function parseStatus(value: unknown): LedgerStatus {
  return status(value, "status");
}
