export { manifestBytes } from "./edge-manifest.ts";
export { uploadErrors } from "./errors.ts";
export { requireManifest, requirePayload } from "./manifest.ts";
export { registered, registration } from "./registration.ts";
export type { Registration } from "./registration.ts";
export { WatchedSource } from "./watched-source.ts";
