/** Bounds of one agent's HTTP front. */
export interface HttpLimits {
  /** Bytes of a JSON body. */
  readonly maxJsonBytes: number;
  /** Bytes of one field beside a file. */
  readonly maxFieldBytes: number;
  /** Bytes of a file. */
  readonly maxPayloadBytes: number;
  /** Requests with a file that are read at a time: each holds some pieces in memory, and what has arrived on disk. */
  readonly maxUploads: number;
  /** Of these, those of one author: no one takes all places. */
  readonly maxUploadsOfAuthor: number;
  /** Time for which the rest of a refused body is read, so that its sender sees the answer, milliseconds. */
  readonly drainMs: number;
}

const GIB = 1_073_741_824;

export const httpLimits: HttpLimits = {
  maxJsonBytes: 1_048_576,
  maxFieldBytes: 196_608,
  maxPayloadBytes: 4 * GIB,
  maxUploads: 32,
  maxUploadsOfAuthor: 8,
  drainMs: 5000,
};
