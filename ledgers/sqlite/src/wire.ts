import { fromUtf8, utf8 } from "@firmament/core/bytes";
import { integer, list, object, seconds, text } from "@firmament/core/codec";
import { type Block, type LedgerStatus, type Receipt, receipt } from "@firmament/replica";

const transaction = text({ max: 131_072 });
const block = object({ height: integer(0), time: seconds, transactions: list(transaction, { min: 1, max: 4096 }) });
const status = object({ height: integer(0), ledger: text({ max: 160 }), size: integer(0), time: seconds });

/** A block as one line of JSON; transactions are their canonical texts. */
export function blockLine({ height, time, transactions }: Block): string {
  return `${JSON.stringify({ height, time, transactions: transactions.map(fromUtf8) })}\n`;
}

/** @throws Refusal `codec/…` */
export function parseBlock(line: string): Block {
  const found = block(JSON.parse(line), "block");
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
