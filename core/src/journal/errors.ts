import { refusalsOf } from "../errors/index.ts";

export const journalErrors = {
  "journal/device": {
    status: 422,
    rule: "Every entry of a journal must name the device that the journal belongs to.",
    remedy: "Ask the device for its own journal.",
  },
  "journal/signature": {
    status: 422,
    rule: "Every entry must be signed by the device's enrolled key over its own and the previous hash.",
    remedy: "The entry was altered or forged: keep it as evidence and ask the device again.",
  },
  "journal/gap": {
    status: 422,
    rule: "Entries must follow each other without a gap.",
    remedy: "An entry was dropped or moved: keep the batch as evidence and ask the device for the missing entries.",
  },
  "journal/link": {
    status: 422,
    rule: "Every entry must name the hash of the one before it.",
    remedy: "The entry before it was replaced: keep both as evidence and ask the device again.",
  },
} as const;

export const refuse = refusalsOf(journalErrors);
