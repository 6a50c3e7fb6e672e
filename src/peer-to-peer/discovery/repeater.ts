import type { Clock } from '../../base/index.ts'

/**
 * Runs a piece of work after it was asked for, never twice at once, and less and less often while it is asked for all
 * the time: a routing table that grows by one every second must not cause a query per peer.
 */
export class Repeater {
  readonly #clock: Clock
  readonly #work: (signal: AbortSignal) => Promise<void>
  readonly #first: number
  readonly #max: number
  readonly #controller = new AbortController()
  #delay: number
  #lastRun = Number.NEGATIVE_INFINITY
  #cancelTimer: (() => void) | undefined
  #running = false
  #again = false

  constructor(options: {
    clock: Clock
    firstDelayMs: number
    maxDelayMs: number
    work: (signal: AbortSignal) => Promise<void>
  }) {
    this.#clock = options.clock
    this.#work = options.work
    this.#first = this.#delay = options.firstDelayMs
    this.#max = options.maxDelayMs
  }

  /** Asks for a run soon. */
  trigger(): void {
    if (this.#controller.signal.aborted) return
    if (this.#running) {
      this.#again = true
      return
    }
    if (this.#cancelTimer) return
    if (this.#clock.now() - this.#lastRun > 2 * this.#max) this.#delay = this.#first
    this.#cancelTimer = this.#clock.after(this.#delay, () => void this.runNow())
    this.#delay = Math.min(this.#delay * 2, this.#max)
  }

  /** Runs at once, unless a run is under way: then once more after it. */
  async runNow(): Promise<void> {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    if (this.#controller.signal.aborted) return
    if (this.#running) {
      this.#again = true
      return
    }
    this.#running = true
    this.#lastRun = this.#clock.now()
    try {
      await this.#work(this.#controller.signal)
    } finally {
      this.#running = false
      if (this.#again) {
        this.#again = false
        this.trigger()
      }
    }
  }

  stop(): void {
    this.#cancelTimer?.()
    this.#controller.abort()
  }
}
