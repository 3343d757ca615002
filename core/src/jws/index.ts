export { jwsErrors } from "./errors.ts";
export { maxHeaderBytes, parseHeader, protectedHeader } from "./header.ts";
export type { JwsHeader, Purpose } from "./header.ts";
export { requireJws } from "./require.ts";
export { flattenedJws, generalJws, jwsSignature, signingInput, unsignedJws } from "./serialisation.ts";
export type { FlattenedJws, GeneralJws, JwsSignature } from "./serialisation.ts";
