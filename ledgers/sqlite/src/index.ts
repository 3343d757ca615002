export { sequencerLimits, SqliteLedger } from "./sequencer.ts";
