/**
 * Stored complete subtrees, as {@link append} gave them: the hash over leaves [`index` * 2^`level`, (`index` + 1) *
 * 2^`level`). Answers from durable storage that its reader trusts; `undefined` for what is not stored.
 */
export type NodeReader = (level: number, index: number) => Uint8Array | undefined;

/**
 * @throws Error (no refusal) for a hole: a store holds every complete subtree of each size that it promised, so one
 *   that does not must stop its program
 */
export function storedNode(nodes: NodeReader, level: number, index: number): Uint8Array {
  const hash = nodes(level, index);
  if (hash === undefined) throw new Error(`the log's store lacks node ${index} of level ${level}`);
  return hash;
}
