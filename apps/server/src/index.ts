export { homeErrors, refuse } from "./errors.ts";
export { runService } from "./run.ts";
export type { ServiceKind } from "./run.ts";
