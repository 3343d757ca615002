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
   *
   * @returns HMAC-SHA256 with this key over the stored bytes
   */
  obtain(content: StoredBytes, key: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  /** HMAC-SHA256 over the stored bytes, read back from the own store. */
  mac(cid: string, key: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}

/** What an organisation vouches for: so many entries, and no others. */
export interface CosignedCheckpoint {
  readonly size: number;
  /** RFC 6962 root, 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * Where an organisation remembers what it cosigned. It lies apart from the replica: whoever restores an old replica
 * must not bring back an old memory with it.
 */
export interface CosignedMemory {
  /** The largest checkpoint that was cosigned. */
  readonly last: CosignedCheckpoint | undefined;
  /** Durable when it returns. */
  remember(checkpoint: CosignedCheckpoint): void;
}

/** A cosignature as organisations tell one another of it. */
export interface Announcement extends CosignedCheckpoint {
  readonly keyId: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly signature: Uint8Array;
}

/** The other organisations' nodes. Best effort: a node that is away asks for what it missed. */
export interface WitnessPeers {
  announce(announcement: Announcement): void;
  /** What each reachable node keeps: the newest cosignature by every key. One list for each node that answers. */
  collect(signal: AbortSignal): AsyncIterable<readonly Announcement[]>;
}

/** Who this node is. */
export interface WitnessIdentity {
  readonly organisation: string;
  /** Cosigner key that the trust root delegates. */
  readonly cosigner: Signer;
  /** Transaction key with role node: receipts and ticks. */
  readonly node: Signer;
}

/** Keeps a proof of two histories (PROTOCOL O-10) for people; `name` is a file name without its ending. */
export type WitnessEvidence = (name: string, proof: Uint8Array) => void;

/** Where a node tells its operator what it does and what went wrong. */
export type WitnessLog = (event: string, details: Readonly<Record<string, unknown>>) => void;
