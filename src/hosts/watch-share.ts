import type { Share, Update } from '../contract/index.ts'

/** The part of the client that watching needs. */
export interface Watchable {
  app: { watch(input: undefined, options: { signal?: AbortSignal }): Promise<AsyncIterable<Update>> }
}

/**
 * One share as it changes, the first state at once; ends when the share is removed or the core goes. When the same
 * content is shared anew, it is followed under its new id. Yields at least every `heartbeatMs` even if nothing changed,
 * so that progress is told regularly.
 */
export async function* watchShare(
  client: Watchable,
  id: string,
  options: { signal: AbortSignal; heartbeatMs?: number },
): AsyncGenerator<Share> {
  // Ends the watch at the core too when the caller stops looking.
  const looking = new AbortController()
  const signal = AbortSignal.any([options.signal, looking.signal])
  let share: Share | undefined
  try {
    const updates = await client.app.watch(undefined, { signal })
    for await (const update of withHeartbeat(updates, options.heartbeatMs)) {
      const found = update === 'heartbeat' ? share : findShare(update, share?.id ?? id)
      if (found === 'removed') return
      if (found) yield (share = found)
    }
  } finally {
    looking.abort()
  }
}

function findShare(update: Update, id: string): Share | 'removed' | undefined {
  const isMeant = (share: Share): boolean => share.id === id || share.formerIds?.includes(id) === true
  if (update.is === 'snapshot') return update.shares.find(isMeant) ?? 'removed'
  if (update.is !== 'shares') return undefined
  return update.changed.find(isMeant) ?? (update.removed.includes(id) ? 'removed' : undefined)
}

/** The items of `source`, and `heartbeat` whenever none came for `ms`. */
async function* withHeartbeat<T>(source: AsyncIterable<T>, ms?: number): AsyncGenerator<T | 'heartbeat'> {
  if (ms === undefined) {
    yield* source
    return
  }
  const iterator = source[Symbol.asyncIterator]()
  let next = iterator.next()
  try {
    while (true) {
      const result = await orAfter(next, ms)
      if (result === 'late') yield 'heartbeat'
      else if (result.done) return
      else {
        yield result.value
        next = iterator.next()
      }
    }
  } finally {
    // Not awaited: a generator that waits for its next item returns only after it.
    next.catch(() => {})
    iterator.return?.(undefined).catch(() => {})
  }
}

async function orAfter<T>(promise: Promise<T>, ms: number): Promise<T | 'late'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), ms)))
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
