export { bytesErrors } from "./errors.ts";
export { bigEndian, compare, concat, equal, fromBigEndian, fromUtf8, utf8 } from "./bytes.ts";
export { base64urlLength, fromBase64, fromBase64url, toBase64, toBase64url } from "./base64.ts";
export { fromHex, toHex } from "./hex.ts";
