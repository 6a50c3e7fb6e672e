import { ShoalError } from './errors.ts'
import { systemClock, type Clock } from './clock.ts'

/** What every wait takes: the caller's wish to stop. */
export interface AbortOptions {
  signal?: AbortSignal | undefined
}

/** A signal that fires after `ms` or with `outer`; call `clear` when the work is done. */
export function deadlineSignal(
  ms: number,
  what: string,
  outer?: AbortSignal,
  clock: Clock = systemClock,
): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController()
  const onOuter = (): void => controller.abort(outer?.reason)
  if (outer?.aborted) onOuter()
  else outer?.addEventListener('abort', onOuter, { once: true })
  const cancel = clock.after(ms, () =>
    controller.abort(new ShoalError('timeout', `${what}: no answer within ${ms / 1000} s`, { data: { ms } })),
  )
  const clear = (): void => {
    cancel()
    outer?.removeEventListener('abort', onOuter)
  }
  return { signal: controller.signal, clear }
}

/** Runs `work` with a deadline; rejects with `timeout` even if `work` ignores its signal. */
export async function withDeadline<T>(
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  options: AbortOptions & { clock?: Clock } = {},
): Promise<T> {
  const { signal, clear } = deadlineSignal(ms, what, options.signal, options.clock)
  try {
    return await raceSignal(work(signal), signal)
  } finally {
    clear()
  }
}

/** The promise's outcome, or the signal's reason if that comes first. */
export function raceSignal<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/** Waits `ms` on the given clock, or rejects with the signal's reason. */
export function sleep(ms: number, options: AbortOptions & { clock?: Clock } = {}): Promise<void> {
  const { signal, clock = systemClock } = options
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    const onAbort = (): void => {
      cancel()
      reject(signal!.reason)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
