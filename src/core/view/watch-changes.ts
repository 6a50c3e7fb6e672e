/** Something that tells when it changed. */
export interface Changing {
  on(name: 'changed', listener: () => void): () => void
}

/**
 * What `view` gives now, and again after each change that shows in it, until the signal fires. A slow reader skips some.
 * `everyChange`: also after changes that do not show, for a view that tells others to look again at what it does not hold.
 */
export async function* watchChanges<T>(
  events: Changing,
  view: () => T | Promise<T>,
  signal?: AbortSignal,
  { everyChange = false } = {},
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
        if (everyChange || text !== last) yield now
        last = text
      } else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    stopListening()
    signal?.removeEventListener('abort', onAbort)
  }
}
