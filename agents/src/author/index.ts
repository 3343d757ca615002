export { authorAgentErrors } from "./errors.ts";
export { authorServer } from "./http.ts";
export type { AuthorServerOptions } from "./http.ts";
export { HttpRegisterAgent } from "./http-register-agent.ts";
export type { HttpRegisterAgentOptions } from "./http-register-agent.ts";
export type { AuthorKeyStore, OutgoingRegistration, RegisterAgentClient, StoredAuthor } from "./ports.ts";
export { AuthorService } from "./service.ts";
export type { AuthorParts, SignedUpdate } from "./service.ts";
