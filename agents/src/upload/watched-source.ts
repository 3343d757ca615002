/**
 * Passes a payload on, and keeps what its source failed with: whoever reads it may hide that behind a failure of his
 * own, and the sender's fault is not the receiver's.
 */
export class WatchedSource {
  failure: Error | undefined;

  async *read(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (cause) {
      this.failure = cause instanceof Error ? cause : new Error(String(cause));
      throw cause;
    }
  }
}
