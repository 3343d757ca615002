export { journalErrors } from "./errors.ts";
export {
  decodeSignedEntry,
  emptyJournal,
  encodeSignedEntry,
  entryHash,
  headAfter,
  journalSigningInput,
  nextEntry,
} from "./entry.ts";
export type { JournalEntry, JournalFact, JournalHead, SignedEntry } from "./entry.ts";
export { verifyJournal } from "./verify.ts";
export type { JournalTrust, JournalVerdict } from "./verify.ts";
export { batchRoot } from "./batch.ts";
