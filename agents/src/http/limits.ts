/** Bounds of one agent's HTTP front. */
export interface HttpLimits {
  /** Bytes of a JSON body. */
  readonly maxJsonBytes: number;
  /** Bytes of one field beside a file. */
  readonly maxFieldBytes: number;
  /** Bytes of a file. */
  readonly maxPayloadBytes: number;
  /** Time in which a connection must carry something, milliseconds. */
  readonly idleMs: number;
  /** Time in which a request must have arrived whole, milliseconds. */
  readonly requestMs: number;
  /** Time for which the rest of a refused body is read, so that its sender sees the answer, milliseconds. */
  readonly drainMs: number;
}

const GIB = 1_073_741_824;

export const httpLimits: HttpLimits = {
  maxJsonBytes: 1_048_576,
  maxFieldBytes: 196_608,
  maxPayloadBytes: 4 * GIB,
  idleMs: 60_000,
  requestMs: 3_600_000,
  drainMs: 5000,
};
