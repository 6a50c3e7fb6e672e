import { Later, type Clock } from '../../base/index.ts'

export interface SoonInit<T> {
  readonly clock: Clock
  /** How long the first of a group waits for others, ms. */
  readonly waitMs: number
  readonly show: (item: T) => void
}

/** Shows what it is given a moment later: everything that comes within that moment together, and each only once. */
export class Soon<T> {
  readonly #show: (item: T) => void
  readonly #items = new Set<T>()
  readonly #showing: Later

  constructor({ clock, waitMs, show }: SoonInit<T>) {
    this.#show = show
    this.#showing = new Later({ clock, waitMs, work: () => this.#showAll() })
  }

  add(item: T): void {
    this.#items.add(item)
    this.#showing.ask()
  }

  /** What waits is not shown any more. */
  stop(): void {
    this.#showing.cancel()
    this.#items.clear()
  }

  #showAll(): void {
    const items = [...this.#items]
    this.#items.clear()
    for (const item of items) this.#show(item)
  }
}
