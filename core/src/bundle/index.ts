export { assertNonce, nonceMessage } from "./cosigners.ts";
export { bucketOf } from "./decide.ts";
export type { Decision } from "./decide.ts";
export { decodeDevice } from "./device.ts";
export type { Device } from "./device.ts";
export { bundleErrors } from "./errors.ts";
export { bundleLimits, decodeBundle, encodeBundle } from "./format.ts";
export type {
  Bundle,
  BundleAuthor,
  BundleConsistency,
  BundleCosignature,
  BundleRelease,
  ClassPart,
  DevicePart,
} from "./format.ts";
export { exposureOf } from "./freshness.ts";
export type { Exposure } from "./freshness.ts";
export { verifyBundle } from "./verify.ts";
export type { Verdict, VerifyOptions } from "./verify.ts";
