export { assertTrustChain, assertTrustStep, TRUST_TYPE, trustSigningInput } from "./chain.ts";
export type { TrustPin, TrustSignature, TrustStep } from "./chain.ts";
export { decodeTrustRoot, quorumOf, trustLimits, trustSeed } from "./document.ts";
export type { TrustDocument, TrustRoot, TrustSeed } from "./document.ts";
export { trustErrors } from "./errors.ts";
