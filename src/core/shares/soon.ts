import type { Clock } from '../../base/index.ts'

export interface SoonInit<T> {
  readonly clock: Clock
  /** How long the first of a group waits for others, ms. */
  readonly waitMs: number
  readonly show: (item: T) => void
}

/** Shows what it is given a moment later: everything that comes within that moment together, and each only once. */
export class Soon<T> {
  readonly #init: SoonInit<T>
  readonly #items = new Set<T>()
  #stopTimer: (() => void) | undefined

  constructor(init: SoonInit<T>) {
    this.#init = init
  }

  add(item: T): void {
    const { clock, waitMs } = this.#init
    this.#items.add(item)
    this.#stopTimer ??= clock.after(waitMs, () => this.#showAll())
  }

  /** What waits is not shown any more. */
  stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    this.#items.clear()
  }

  #showAll(): void {
    this.#stopTimer = undefined
    const items = [...this.#items]
    this.#items.clear()
    for (const item of items) this.#init.show(item)
  }
}
