/**
 * A fixture that is loaded before a service's own program: an application of a build with another rule. Every other
 * process of the organisation is the product's.
 */
import { type Call, rulebook } from "@firmament/core/registry";

const { 1: rules } = rulebook;

function other(transaction: Call["transaction"]): Call["transaction"] {
  if (transaction.type !== "organisation.authority") return transaction;
  return { ...transaction, body: { certificate: "AAAA" } };
}

if (process.argv.includes("application") && rules !== undefined) {
  Object.assign(rulebook, { 1: (call: Call) => rules({ ...call, transaction: other(call.transaction) }) });
}
