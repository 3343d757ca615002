export { authorityName, isLeafOf, maxAuthorityBytes, readAuthority } from "./authority.ts";
export { deviceOf, isDeviceLeaf } from "./device.ts";
export { certificateErrors } from "./errors.ts";
