// One listener at a time: a promise that lives as long as the signal would keep a reaction for every chunk.
async function nextOrAbort<T>(iterator: AsyncIterator<T>, signal: AbortSignal): Promise<IteratorResult<T>> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<T>>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  iterator.next().then(resolve, reject);
  try {
    return await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * The same items, until the signal fires: then its reason is thrown even where the source itself hangs. The
 * source is told to end either way, but a source that hangs is not waited for.
 */
export async function* abortable<T>(source: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  if (signal === undefined) {
    yield* source;
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (
      let item = await nextOrAbort(iterator, signal);
      item.done !== true;
      item = await nextOrAbort(iterator, signal)
    ) {
      yield item.value;
    }
    ended = true;
  } finally {
    if (!ended) iterator.return?.().catch(() => undefined);
  }
}
