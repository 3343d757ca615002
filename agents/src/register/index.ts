export { registerAgentErrors } from "./errors.ts";
export { registerServer } from "./http.ts";
export type { RegisterServerOptions } from "./http.ts";
export { registerLimits } from "./limits.ts";
export type { RegisterLimits } from "./limits.ts";
export type { FindAuthor, FindRelease, StagingStore, TokenGrant, TokenMint } from "./ports.ts";
export { RegisterService } from "./service.ts";
export type { Admitted, PetitionProof, RegisterParts } from "./service.ts";
