export { boundFront } from "./bound.ts";
export { type FrontLimits, frontLimits, uploadFrontLimits } from "./limits.ts";
export { remoteNetwork } from "./remote-network.ts";
