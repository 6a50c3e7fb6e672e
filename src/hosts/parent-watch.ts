import type { Readable } from 'node:stream'
import { systemClock, type Clock } from '../base/index.ts'
import { PARENT_POLL_MS } from './limits.ts'

export interface ParentWatchOptions {
  onGone: () => void
  /** A pipe from the parent: its end is the parent's. */
  stdin?: Readable | undefined
  /** The parent's process id now; it changes when the parent is gone (POSIX: the nearest reaper takes over). */
  ppid?: (() => number) | undefined
  clock?: Clock
}

/** Calls `onGone` once when the parent has ended, in whatever way. Returns the function that stops watching. */
export function watchParent(options: ParentWatchOptions): () => void {
  const { stdin, ppid, clock = systemClock } = options
  const first = ppid?.()
  const stopPolling = ppid ? clock.every(PARENT_POLL_MS, () => ppid() !== first && gone()) : () => {}
  const stop = (): void => {
    stopPolling()
    stdin?.off('end', gone)
    stdin?.off('close', gone)
  }
  function gone(): void {
    stop()
    options.onGone()
  }
  stdin?.once('end', gone)
  stdin?.once('close', gone)
  // Without a reader the end is never seen.
  stdin?.resume()
  return stop
}
