export { asCid, cidBytes, cidText, formatCid, parseCid } from "./cid.ts";
export type { Cid, CidParts, Codec } from "./cid.ts";
export { cidErrors } from "./errors.ts";
export { ContentFold } from "./fold.ts";
export type { DagNode, FoldedContent } from "./fold.ts";
export { assertContentSize, contentLimits } from "./limits.ts";
export type { ContentLimits } from "./limits.ts";
export { assertBlock, cidOf, decodeRoot, openNode, rootPart } from "./node.ts";
export type { ContentPart, Sha256 } from "./node.ts";
