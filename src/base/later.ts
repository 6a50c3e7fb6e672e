import type { Clock } from './clock.ts'

export interface LaterInit {
  readonly clock: Clock
  /** From the first time it is asked for until it is done, ms. */
  readonly waitMs: number
  readonly work: () => void
}

/** Work that is done a moment after it was first asked for, once for all who asked within that moment. */
export class Later {
  readonly #init: LaterInit
  #stopTimer: (() => void) | undefined
  #isStopped = false

  constructor(init: LaterInit) {
    this.#init = init
  }

  ask(): void {
    if (this.#isStopped) return
    this.#stopTimer ??= this.#init.clock.after(this.#init.waitMs, () => {
      this.#stopTimer = undefined
      this.#init.work()
    })
  }

  /** What was asked for is not done. */
  cancel(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  /** The same, for good: who asks while everything ends starts no timer. */
  stop(): void {
    this.#isStopped = true
    this.cancel()
  }
}
