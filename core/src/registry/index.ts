export type { Action } from "./actions.ts";
export type { Call } from "./context.ts";
export type { Body, TransactionType } from "./bodies.ts";
export { registryErrors } from "./errors.ts";
export { releaseErrors } from "./rules/errors.ts";
export { decodeGenesis, decodeGenesisBody, encodeGenesis, firstTrust, genesisWrites, ledgerOf } from "./genesis.ts";
export type { Genesis, GenesisBody } from "./genesis.ts";
export { assertAboveFloor, classPolicy, receiptsNeeded } from "./policy.ts";
export type { ClassPolicy, ConsortiumPolicy } from "./policy.ts";
export { isPartial } from "./head.ts";
export { heldRecordOf } from "./held-records.ts";
export { deviceRecord, entitlementRecord, headRecord, recordOf, rolloutRecord, tables } from "./records.ts";
export type {
  DeviceRecord,
  Entitlement,
  Head,
  LiveRelease,
  Release,
  Rollout,
  Row,
  Table,
  Validators,
} from "./records.ts";
export { assertPossession, possessionSigningInput } from "./possession.ts";
export type { Possession } from "./possession.ts";
export type { Role } from "./roles.ts";
export type { Reading, Write } from "./scope.ts";
export { decodeTransaction, prepare, receiptKey, seal, transactionId, transactionLimits } from "./transaction.ts";
export type { Draft, Envelope, Transaction, TransactionOf } from "./transaction.ts";
export { certificate, engineNode, validatorLimits } from "./validator.ts";
export type { EngineNode } from "./validator.ts";
export { rulebook, RulesMissingError } from "./rulebook.ts";
export type { Rulebook, Ruleset } from "./rulebook.ts";
export { assertRules, outcomeDigest, sortWrites, transition } from "./transition.ts";
export type { Occasion, Outcome } from "./transition.ts";
