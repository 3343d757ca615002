import { assertBlock, cidOf, type ContentPart, contentLimits, openNode, rootPart } from "@firmament/core/cid";
import { refuseContent } from "@firmament/core/content";
import { crypto } from "./hashing.ts";
import { orPeerFault } from "./peer-fault.ts";
import { type PeerFailure, PeerPool } from "./peer-pool.ts";
import { contentUrl, PeerRequest } from "./peer-request.ts";
import { piecesFrom } from "./piece-walk.ts";
import { RunningRequest } from "./running-request.ts";

export interface FetchContentOptions {
  /** First byte that is wanted, where the bytes before it are at hand already. */
  readonly offset?: number;
  /** Time for an answer to begin, and again for each piece of 1 MiB; 30 s by default. The receiver has its own time. */
  readonly perPieceTimeoutMs?: number;
  /** Time after which a piece was slow, so that the next one is asked of another peer; 5 s by default. */
  readonly slowPieceMs?: number;
  /** Failures in a row after which a peer is given up, 3 by default. */
  readonly attemptsPerPeer?: number;
  /** Carries the requests, where the platform's own `fetch` lacks the client certificate. It must obey its signal. */
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

type Settings = Required<Omit<FetchContentOptions, "signal">> & { readonly signal: AbortSignal | undefined };

/** A piece that hashes to what the CID says of it; valid until the next one is asked for. */
export interface VerifiedPiece {
  readonly bytes: Uint8Array;
  /** SHA-256 of the piece. */
  readonly digest: Uint8Array;
  /** Place of its first byte in the content. */
  readonly start: number;
}

/** Bytes of one content from several peers. */
export class ContentFetch implements AsyncIterable<Uint8Array> {
  readonly cid: string;
  readonly #root: ContentPart;
  readonly #settings: Settings;
  readonly #pool: PeerPool;

  constructor(peers: readonly URL[], cid: string, size: number, settings: Settings) {
    this.cid = cid;
    this.#root = rootPart(cid, size);
    this.#settings = settings;
    const { attemptsPerPeer: attempts, signal, slowPieceMs: slowMs } = settings;
    this.#pool = new PeerPool(peers, { attempts, signal, slowMs });
  }

  /** What was wrong with peers so far; whoever sent `wrong-bytes` is faulty or hostile. */
  get failures(): readonly PeerFailure[] {
    return this.#pool.failures;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { offset } = this.#settings;
    for await (const { bytes, start } of this.pieces()) {
      const wanted = bytes.subarray(Math.max(0, offset - start));
      if (wanted.length > 0) yield wanted;
    }
  }

  /** Whole pieces from the one that holds the first wanted byte, with the digests that they were verified by. */
  async *pieces(): AsyncGenerator<VerifiedPiece> {
    const { offset } = this.#settings;
    if (this.#root.size === 0) assertBlock(crypto, this.#root, new Uint8Array(0));
    if (offset === this.#root.size) return;
    const running = new RunningRequest(this.cid, this.#root.size, () => this.#request());
    try {
      for await (const placed of piecesFrom(this.#root, offset, (node) => this.#partsBelow(node))) {
        const bytes = await this.#pool.attempt((peer) => running.piece(peer, placed));
        yield { bytes, digest: placed.piece.digest, start: placed.start };
      }
    } finally {
      running.close();
    }
  }

  #request(): PeerRequest {
    const { fetch, signal, perPieceTimeoutMs } = this.#settings;
    return new PeerRequest({ fetch, signal, stepTimeoutMs: perPieceTimeoutMs });
  }

  #partsBelow(node: ContentPart): Promise<readonly ContentPart[]> {
    const path = node === this.#root ? `${this.cid}/root` : `${this.cid}/nodes/${cidOf(node)}`;
    return this.#pool.attempt(async (peer) => {
      const request = this.#request();
      try {
        await request.open(contentUrl(peer, path), {}, ({ status }) =>
          status === 200 ? undefined : `status ${status}`,
        );
        const block = await request.read(contentLimits.maxNodeBytes + 1);
        return orPeerFault(() => openNode(crypto, node, block));
      } finally {
        request.close();
      }
    });
  }
}

/**
 * Fetches content from peers that nobody trusts. The bytes come in order, each piece of 1 MiB is verified against
 * the CID before it is handed out, and a peer that sends other bytes, hangs or cuts costs one piece: the next peer
 * goes on where it stopped. Nothing is sent before the iteration starts.
 *
 * A piece is valid until the next one is asked for: the memory behind it is used again.
 *
 * Retries are made here while any peer is left; after a refusal the caller may go on with `offset` from the
 * bytes that it holds.
 *
 * @param peers base URLs, in order of preference; `<peer>/v1/content/<cid>` is asked
 * @param size bytes of the content, from where the CID comes from
 * @throws Refusal `cid/…` at once for a CID or size that cannot be, `content/range` for an offset beyond the end;
 *   during the iteration `transfer/unavailable`, `cid/mismatch` where nothing can have the CID, and the reason of
 *   the signal
 */
export function fetchContent(
  peers: readonly URL[],
  cid: string,
  size: number,
  options: FetchContentOptions = {},
): ContentFetch {
  const { offset = 0, perPieceTimeoutMs = 30_000, slowPieceMs = 5000, attemptsPerPeer = 3, signal } = options;
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > size) {
    throw refuseContent("content/range", `${offset} is not within ${size} bytes.`);
  }
  const carry = options.fetch ?? globalThis.fetch;
  const settings = { attemptsPerPeer, fetch: carry, offset, perPieceTimeoutMs, signal, slowPieceMs };
  return new ContentFetch(peers, cid, size, settings);
}
