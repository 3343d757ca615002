export { authorityName, isLeafOf, maxAuthorityBytes, readAuthority } from "./authority.ts";
export { certificateErrors } from "./errors.ts";
