export { ledgerErrors } from "./errors.ts";
export { HttpLedger } from "./http-client.ts";
export { ledgerServer } from "./http-server.ts";
export { sequencerLimits, SqliteLedger } from "./sequencer.ts";
