export { decodeConsistency, encodeConsistency, verifyConsistency } from "./consistency.ts";
export type { ConsistencyAnswer } from "./consistency.ts";
export { encodeEntryProof, verifyEntryProof } from "./entry-proof.ts";
export type { EntryAnswer, ProvenEntry, ProvenRecord, StateAnswer } from "./entry-proof.ts";
export { challengeErrors } from "./errors.ts";
export { openVouched } from "./vouched.ts";
export type { VouchedCheckpoint } from "./vouched.ts";
