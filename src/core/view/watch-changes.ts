/** Something that tells when it changed. */
export interface Changing {
  on(name: 'changed', listener: () => void): () => void
}

/** What `view` gives now, and again after each change that shows, until the signal fires. A slow reader skips some. */
export async function* watchChanges<T>(
  events: Changing,
  view: () => T | Promise<T>,
  signal?: AbortSignal,
): AsyncGenerator<T> {
  let wake = (): void => {}
  let isDirty = true
  const stopListening = events.on('changed', () => {
    isDirty = true
    wake()
  })
  const onAbort = (): void => wake()
  signal?.addEventListener('abort', onAbort, { once: true })
  let last = ''
  try {
    while (!signal?.aborted) {
      if (isDirty) {
        isDirty = false
        const now = await view()
        const text = JSON.stringify(now)
        if (text !== last) yield now
        last = text
      } else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stopListening()
    signal?.removeEventListener('abort', onAbort)
  }
}
