import { refusalsOf } from "@firmament/core/errors";

export const nodeErrors = {
  "node/running": {
    status: 409,
    rule: "A node's state is restored or reset while nothing of the node runs.",
    remedy: "End the processes that the message names, and make sure that nothing starts them again.",
  },
  "backup/place": {
    status: 400,
    rule: "A backup goes into an empty folder that nobody else may read: it holds the engine's keys unencrypted.",
    remedy: "Name a folder that does not exist yet, or an empty one with mode 0700.",
  },
  "backup/damaged": {
    status: 400,
    rule: "A backup's files are those of its manifest, byte for byte.",
    remedy: "Take another copy of the backup.",
  },
  "restore/place": {
    status: 409,
    rule: "A backup is restored where its organisation has no folder yet.",
    remedy: "Move the organisation's folder away; it may hold newer keys and the memory of what the node signed.",
  },
  "restore/other": {
    status: 400,
    rule: "A backup is restored for its own organisation, in a home of its own ledger.",
    remedy: "Name the organisation and the home that the backup was taken from.",
  },
  "restore/peers": {
    status: 503,
    rule: "What a lost validator voted last is known only from enough other validators, which agree how far the ledger is.",
    remedy:
      "Start the others' nodes and wait until they agree; only where none will run before this one, say with --stopped-at up to which height this validator may have voted.",
  },
} as const;

export const refuse = refusalsOf(nodeErrors);
