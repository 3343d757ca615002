/** Bounds of the retrieval agent's work. */
export interface RetrievalLimits {
  /** Class parts kept in memory, each a few kilobytes. */
  readonly maxClassParts: number;
}

export const retrievalLimits: RetrievalLimits = { maxClassParts: 256 };
