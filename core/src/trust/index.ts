export { assertTrustChain, assertTrustStep, TRUST_TYPE, trustSigningInput } from "./chain.ts";
export type { TrustPin, TrustSignature, TrustStep } from "./chain.ts";
export { cosignersOf } from "./cosigners.ts";
export type { Cosigner } from "./cosigners.ts";
export { cosigner, decodeTrustRoot, quorumOf, trustLimits, trustSeed } from "./document.ts";
export type { TrustDocument, TrustRoot, TrustSeed } from "./document.ts";
export { trustErrors } from "./errors.ts";
