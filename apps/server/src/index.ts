export { startAuthorAgent, startRegisterAgent, startRetrievalAgent } from "./agents.ts";
export { homeErrors, refuse } from "./errors.ts";
export { startLedger } from "./ledger.ts";
export { startNode } from "./node.ts";
export type { Service } from "./service.ts";
