export { diagnose } from "./diagnosis.ts";
export { gatherFacts } from "./facts.ts";
export type { Facts } from "./facts.ts";
export { findingCodes } from "./finding.ts";
export type { Finding, FindingCode } from "./finding.ts";
