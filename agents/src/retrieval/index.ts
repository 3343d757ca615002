export { retrievalAgentErrors } from "./errors.ts";
export { retrievalServer } from "./http.ts";
export type { RetrievalServerOptions } from "./http.ts";
export { retrievalLimits } from "./limits.ts";
export type { RetrievalLimits } from "./limits.ts";
export type { DeviceID, OfferedRelease } from "./live-release.ts";
export type { ContentResponder, StoredContentReader } from "./ports.ts";
export { RetrievalService } from "./service.ts";
export type { BundleRequest, Payload, RetrievalParts, ServedBundle } from "./service.ts";
