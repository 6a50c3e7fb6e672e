import { setImmediate } from 'node:timers/promises'
import { SLICE_MS } from './limits.ts'

/** Long work on the main thread in slices: whoever else has something to do gets the thread in between. */
export class Slices {
  readonly #signal: AbortSignal | undefined
  #since = performance.now()

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /** To be awaited between bounded steps. Throws the signal's reason. */
  async breathe(): Promise<void> {
    this.#signal?.throwIfAborted()
    if (performance.now() - this.#since < SLICE_MS) return
    await setImmediate()
    this.#since = performance.now()
    this.#signal?.throwIfAborted()
  }
}
