import { assertBlock, contentLimits } from "@firmament/core/cid";
import { crypto } from "./hashing.ts";
import { orPeerFault, PeerFault } from "./peer-fault.ts";
import { contentUrl, type PeerRequest } from "./peer-request.ts";
import type { PlacedPiece } from "./piece-walk.ts";

/** The request that delivers piece after piece, from one peer as long as it works. */
export class RunningRequest {
  readonly #cid: string;
  readonly #size: number;
  readonly #make: () => PeerRequest;
  // One piece at a time: memory that is used again costs no page faults and no collector.
  readonly #memory: Uint8Array;
  #open: { readonly peer: URL; readonly request: PeerRequest } | undefined;

  constructor(cid: string, size: number, make: () => PeerRequest) {
    this.#cid = cid;
    this.#size = size;
    this.#make = make;
    this.#memory = Buffer.allocUnsafeSlow(Math.min(size, contentLimits.pieceBytes));
  }

  /**
   * The piece, valid until the next one is asked for.
   *
   * Any failure ends the request: the next piece, of this peer or another, starts a new one.
   */
  async piece(peer: URL, { piece, start }: PlacedPiece): Promise<Uint8Array> {
    try {
      if (this.#open?.peer !== peer) await this.#start(peer, start);
      const bytes = (await this.#open?.request.read(piece.size, this.#memory)) ?? new Uint8Array(0);
      if (bytes.length < piece.size) throw new PeerFault("cut", `the answer ended at ${start + bytes.length}`);
      orPeerFault(() => assertBlock(crypto, piece, bytes));
      return bytes;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #start(peer: URL, start: number): Promise<void> {
    this.close();
    const request = this.#make();
    this.#open = { peer, request };
    const place = `bytes ${start}-${this.#size - 1}/${this.#size}`;
    await request.open(contentUrl(peer, this.#cid), { range: `bytes=${start}-` }, ({ status, headers }) => {
      if (status === 206) return headers.get("content-range") === place ? undefined : "another range";
      return status === 200 && start === 0 ? undefined : `status ${status}`;
    });
  }

  close(): void {
    this.#open?.request.close();
    this.#open = undefined;
  }
}
