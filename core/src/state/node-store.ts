import type { Node } from "./node.ts";

/** Reads nodes of every version that is still kept. Trusted: hashes are not checked again on the way. */
export interface NodeReader {
  /** The node of a reference that an update returned; throws (a fault, no Refusal) where it is gone. */
  get(id: number): Node;
}

/**
 * What a writer of the tree adds. Nothing is stored by an update itself: its caller writes the created nodes and
 * the new root in one durable step, and prunes the replaced ones when no kept version needs them.
 */
export interface NodeStore extends NodeReader {
  /** A number that no kept node has and that no other call has returned; gaps are harmless. */
  allocate(): number;
}
