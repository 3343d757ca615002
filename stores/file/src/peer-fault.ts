import { Refusal } from "@firmament/core/errors";

/**
 * What a peer did wrong. `unreachable`: no answer. `answer`: an answer that is not the asked one. `timeout`: a
 * piece took too long. `cut`: the answer ended early. `wrong-bytes`: bytes that do not hash to the CID.
 */
export type PeerFaultReason = "unreachable" | "answer" | "timeout" | "cut" | "wrong-bytes";

/** One failure of one peer; it never leaves the transfer. */
export class PeerFault extends Error {
  readonly reason: PeerFaultReason;
  /** Whether the same peer can do no better a moment later. */
  readonly final: boolean;
  override readonly name = "PeerFault";

  constructor(reason: PeerFaultReason, detail: string, options?: ErrorOptions & { readonly final?: boolean }) {
    super(detail, options);
    this.reason = reason;
    this.final = options?.final ?? reason === "wrong-bytes";
  }
}

/** Runs a check of bytes that a peer sent: what the core refuses in them is the fault of the peer. */
export function orPeerFault<T>(check: () => T): T {
  try {
    return check();
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new PeerFault("wrong-bytes", cause.message, { cause });
  }
}
