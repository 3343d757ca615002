import type { Signer } from "@firmament/core/keys";

/** What a release's manifest says of its stored bytes. */
export interface StoredBytes {
  readonly cid: string;
  /** Bytes. */
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The organisation's own content store and the way to the others'. */
export interface WitnessContent {
  /**
   * Fetches content from the other organisations into the own store, checked whole, and pins it; durable when it
   * resolves. Content that is there already is checked and pinned alike. The caller retries.
   */
  obtain(content: StoredBytes, signal: AbortSignal): Promise<void>;
  /** HMAC-SHA256 over the stored bytes, read back from the own store. */
  mac(cid: string, key: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}

/** A cosignature as organisations tell one another of it. */
export interface Announcement {
  readonly size: number;
  readonly keyId: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly signature: Uint8Array;
}

/** The other organisations' nodes. Best effort: a node that is away asks for what it missed. */
export interface WitnessPeers {
  announce(announcement: Announcement): void;
  /** Cosignatures of the newest checkpoints of every reachable node. */
  collect(signal: AbortSignal): AsyncIterable<Announcement>;
}

/** Who this node is. */
export interface WitnessIdentity {
  readonly organisation: string;
  /** Cosigner key that the trust root delegates. */
  readonly cosigner: Signer;
  /** Transaction key with role node: receipts and ticks. */
  readonly node: Signer;
}

/** Where a node tells its operator what it does and what went wrong. */
export type WitnessLog = (event: string, details: Readonly<Record<string, unknown>>) => void;
