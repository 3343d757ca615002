/** What an audit may find: for each code the rule that a sound copy keeps, and what to do where it does not. */
export const auditErrors = {
  "audit/database": {
    status: 500,
    rule: "SQLite must be able to read the whole copy and find its pages and indexes sound.",
    remedy: "Look at the disk; set the copy aside and let the node fetch the ledger again.",
  },
  "audit/schema": {
    status: 500,
    rule: "A copy has exactly the tables and indexes of this version.",
    remedy: "Find out who changed the file; set the copy aside and let the node fetch the ledger again.",
  },
  "audit/genesis": {
    status: 500,
    rule: "A copy names the ledger that its genesis file founds, and holds that file byte for byte.",
    remedy: "Compare the genesis file with another organisation's; set the copy aside.",
  },
  "audit/blocks": {
    status: 500,
    rule: "Blocks follow one another without a gap, and each has the time and the entries that the replay gives it.",
    remedy: "Set the copy aside and let the node fetch the ledger again.",
  },
  "audit/entries": {
    status: 500,
    rule: "Every log entry is, byte for byte, what the replay of its transaction gives.",
    remedy: "Set the copy aside; compare the log root with another organisation's checkpoint.",
  },
  "audit/transactions": {
    status: 500,
    rule: "Every transaction is there with its id and its result, and the rules accept it at its place.",
    remedy: "Fetch the transaction from another copy: its id stands in the log entry of the same index.",
  },
  "audit/rules": {
    status: 500,
    rule: "An auditor can judge what was decided by rules that its own build has.",
    remedy: "Audit with a build that has the rules in force.",
  },
  "audit/log-nodes": {
    status: 500,
    rule: "Every hash of the log is that of the entries below it.",
    remedy: "Set the copy aside and let the node fetch the ledger again.",
  },
  "audit/state": {
    status: 500,
    rule: "Every record is what the transactions made it, and none is left over.",
    remedy: "Trust no answer of this copy; let the node fetch the ledger again.",
  },
  "audit/nodes": {
    status: 500,
    rule: "Every node of the state tree hashes to its reference, belongs to a kept version, and none is left over.",
    remedy: "Set the copy aside and let the node fetch the ledger again.",
  },
  "audit/roots": {
    status: 500,
    rule: "From the oldest kept version on every block has its state root, the one that its last entry names.",
    remedy: "Set the copy aside and let the node fetch the ledger again.",
  },
  "audit/stale": {
    status: 500,
    rule: "A node is marked stale from the first version that does not use it, and only then.",
    remedy: "Set the copy aside: pruning would destroy versions that are still in use.",
  },
  "audit/trust-steps": {
    status: 500,
    rule: "The trust chain is the one that the transactions made, and each step is signed as R-5 asks.",
    remedy: "Compare the trust roots with another organisation's; set the copy aside.",
  },
  "audit/cosignatures": {
    status: 500,
    rule: "Every kept cosignature is true for this log's checkpoint and by a cosigner of the trust chain.",
    remedy: "Set the copy aside; where the signature is true for another root, keep it: it shows two histories.",
  },
  "audit/tail": {
    status: 500,
    rule: "A copy reaches every size that is known to have been in it or was cosigned.",
    remedy: "The end of the copy was cut off or lost: let the node fetch it again and find out why.",
  },
  "audit/checkpoint": {
    status: 500,
    rule: "The log continues every checkpoint that somebody remembers of it.",
    remedy: "Two histories of one ledger exist: keep both, and show both organisations' cosignatures to everybody.",
  },
  "audit/history": {
    status: 500,
    rule: "Two copies of one ledger agree in every entry that both have.",
    remedy:
      "Two histories of one ledger exist: keep both copies, and show both organisations' cosignatures to everybody.",
  },
  "audit/replay": {
    status: 500,
    rule: "Every entry can be replayed from the one before.",
    remedy: "Mend the first finding, then audit again: what follows it was not judged.",
  },
  "audit/record": {
    status: 500,
    rule: "Every record has its table's form, and what is written once never changes (clause Y-3).",
    remedy: "The rules that this build runs are broken: stop the node and report it.",
  },
  "audit/time": {
    status: 500,
    rule: "The ledger's time never goes back, and an entry has the time and versions of the state after it (clause Y-4).",
    remedy: "The rules that this build runs are broken: stop the node and report it.",
  },
  "audit/publication": {
    status: 500,
    rule: "A release goes live with enough receipts and approvals of active, distinct, other organisations (clause Y-5).",
    remedy: "Revoke the release, stop the node and report it: the rules that this build runs are broken.",
  },
  "audit/release-state": {
    status: 500,
    rule: "A release's state and members change only as clause Y-6 allows.",
    remedy: "The rules that this build runs are broken: stop the node and report it.",
  },
  "audit/head": {
    status: 500,
    rule: "A class's head says exactly what its releases' records say (clause Y-7).",
    remedy: "The rules that this build runs are broken: stop the node and report it.",
  },
  "audit/vote": {
    status: 500,
    rule: "Members and policies change only by a quorum with one vote for each organisation (clause Y-8).",
    remedy: "The rules that this build runs are broken: stop the node and report it.",
  },
  "audit/validators": {
    status: 500,
    rule: "The validators are the electorate's organisations with a node, and each declares its own (clause Y-10).",
    remedy: "The rules that this build runs are broken: stop the node and report it.",
  },
  "audit/trust": {
    status: 500,
    rule: "Each trust root follows the one before by the signatures of both, and is the one in force (clause Y-9).",
    remedy: "The rules that this build runs are broken: stop the node and report it.",
  },
} as const;
