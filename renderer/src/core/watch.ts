import type { Clock } from '../../../src/base/clock.ts'
import type { CoreClient } from './client.ts'
import type { AppStore } from './store.ts'

/** Waits between attempts, ms: quick at first (a core that restarts is back within a second), then patient. */
export const RETRY_MS = [250, 500, 1000, 2000, 5000] as const

/** Feeds the store for as long as the page lives; each new connection begins with a fresh snapshot. */
export async function watchCore(
  client: CoreClient,
  store: AppStore,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    try {
      for await (const update of await client.app.watch(undefined, { signal })) {
        failures = 0
        store.apply(update)
      }
    } catch {
      // A broken link and a core that ended look the same from here: say so, and try again.
    }
    if (signal.aborted) return
    store.lose()
    await pause(RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]!, clock, signal)
  }
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, done)
    signal.addEventListener('abort', done, { once: true })
    function done(): void {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
