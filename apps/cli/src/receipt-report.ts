import type { Receipt } from "@firmament/replica";
import { type Report, timeText } from "./output.ts";

/** A receipt for people and programs. */
export function receiptReport(what: string, receipt: Receipt): Report {
  return {
    json: receipt,
    lines: [`${what}: entry ${receipt.index} of ${timeText(receipt.time)}`, `  ${JSON.stringify(receipt.result)}`],
  };
}
