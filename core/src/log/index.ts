export { logErrors } from "./errors.ts";
export { emptyRoot, hashBytes, leafHash, nodeHash } from "./hash.ts";
export { append, emptyFrontier, frontierRoot } from "./frontier.ts";
export type { Appended, Frontier, TreeNode } from "./frontier.ts";
export type { NodeReader } from "./node-reader.ts";
export { consistencyProof, frontierAt, inclusionProof, rootAt } from "./tree.ts";
export { assertConsistency, assertInclusion } from "./proof.ts";
export type { ConsistencyClaim, InclusionClaim } from "./proof.ts";
export { assertKeyName, formatNote, noteLimits, parseNote } from "./note.ts";
export type { Note, NoteLimits, NoteSignature } from "./note.ts";
export { formatVkey, keyIdOf, parseVkey } from "./note-key.ts";
export type { NoteKey, NoteKeyType } from "./note-key.ts";
export { openNote } from "./open-note.ts";
export type { VerifiedSignature } from "./open-note.ts";
export { formatCheckpoint, parseCheckpoint } from "./checkpoint.ts";
export type { Checkpoint } from "./checkpoint.ts";
export {
  assertCosignature,
  cosignatureLine,
  cosignatureMessage,
  cosignerKeyId,
  decodeCosignature,
  encodeCosignature,
} from "./cosignature.ts";
export type { CosignerKey, Cosignature } from "./cosignature.ts";
export { formatTilePath, parseTilePath, tileWidth } from "./tile-path.ts";
export type { Tile } from "./tile-path.ts";
export { bundleRange, tileBytes, tileLevels } from "./tiles.ts";
export type { HashTile, TileLevel } from "./tiles.ts";
export { tileReader } from "./tile-reader.ts";
export type { TileSource } from "./tile-reader.ts";
export { decodeEntryBundle, encodeEntryBundle } from "./entry-bundle.ts";
export { formatTlogProof, parseTlogProof, tlogProofLimits } from "./tlog-proof.ts";
export type { TlogProof, TlogProofLimits } from "./tlog-proof.ts";
export { decodeEntry, encodeEntry, entryHash } from "./entry.ts";
export type { LogEntry } from "./entry.ts";
export { ledgerId, originOfOrganisation } from "./origin.ts";
