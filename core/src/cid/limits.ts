import { refuse } from "./errors.ts";

/** Numbers of profile `unixfs-v1-2025` (IPIP-499) and the bounds that the protocol adds. */
export interface ContentLimits {
  /** Bytes of every piece but the last. */
  readonly pieceBytes: number;
  /** Links of every inner node but the last of its level. */
  readonly maxLinks: number;
  /** Bytes of one content: two levels of inner nodes suffice, and all of them together stay below 4 MiB. */
  readonly maxContentBytes: number;
  /** Bytes of one inner node; the largest that the encoder writes is a little over 50 kB. */
  readonly maxNodeBytes: number;
}

export const contentLimits: ContentLimits = {
  pieceBytes: 1_048_576,
  maxLinks: 1024,
  maxContentBytes: 68_719_476_736,
  maxNodeBytes: 65_536,
};

/** @throws Refusal `cid/too-large` above {@link ContentLimits.maxContentBytes}, `cid/size` for what is no count */
export function assertContentSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw refuse("cid/size", `Got ${size}.`);
  if (size > contentLimits.maxContentBytes) throw refuse("cid/too-large", `Got ${size} bytes.`);
}
