export { evidenceErrors } from "./errors.ts";
export { decodeTwoHistories, encodeTwoHistories, twoHistoriesLimits, verifyTwoHistories } from "./two-histories.ts";
export type { Equivocation, TwoHistories } from "./two-histories.ts";
