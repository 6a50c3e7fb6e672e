interface Event {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** A virtual clock: what is due first runs first, ties in the order of scheduling. A binary heap, for millions of events. */
export class EventQueue {
  readonly #heap: Event[] = []
  #order = 0
  #now = 0

  get now(): number {
    return this.#now
  }

  get isEmpty(): boolean {
    return this.#heap.length === 0
  }

  at(time: number, run: () => void): void {
    this.#push({ at: Math.max(time, this.#now), order: this.#order++, run })
  }

  after(ms: number, run: () => void): void {
    this.at(this.#now + ms, run)
  }

  /** Runs the next event; false when there is none. */
  step(): boolean {
    const first = this.#heap[0]
    if (!first) return false
    const last = this.#heap.pop()!
    if (this.#heap.length > 0) this.#sink(last)
    this.#now = first.at
    first.run()
    return true
  }

  #push(event: Event): void {
    let at = this.#heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(event, this.#heap[parent]!)) break
      this.#heap[at] = this.#heap[parent]!
      at = parent
    }
    this.#heap[at] = event
  }

  #sink(event: Event): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, event)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = event
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
