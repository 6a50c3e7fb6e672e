/**
 * Hands on what a stream of the core's brings until it ends, or until `signal` fires: nothing comes afterwards, even when the
 * stream has more. Rejects as the stream does.
 */
export async function follow<T>(
  watch: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  signal: AbortSignal,
  take: (next: T) => void,
): Promise<void> {
  for await (const next of await watch(signal)) {
    if (signal.aborted) return
    take(next)
  }
}
