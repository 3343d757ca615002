export { HttpLedger } from "./client.ts";
export { ledgerHttpErrors } from "./errors.ts";
export { ledgerServer } from "./server.ts";
