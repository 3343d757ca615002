export { manifestErrors } from "./errors.ts";
export { decodeManifest, manifestLimits } from "./manifest.ts";
export type { Manifest } from "./manifest.ts";
export { manifestSigningInput, payloadSigningInput, successionSigningInput } from "./signing.ts";
export { assertVersion, compareVersions } from "./version.ts";
export type { VersionScheme } from "./version.ts";
