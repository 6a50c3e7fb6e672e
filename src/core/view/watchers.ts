export interface WatchersInit<E> {
  /** What whoever begins to watch is told first, and again whoever fell behind. */
  readonly start: () => readonly E[]
  /** Events one watcher may be behind by; then it starts over. */
  readonly most: number
  /** Whether an event says all that the one before it said, which was not taken yet. */
  readonly replaces?: (next: E, last: E) => boolean
}

/** Tells several watchers, each at its own pace, what happens. */
export class Watchers<E> {
  readonly #init: WatchersInit<E>
  readonly #all = new Set<Watcher<E>>()

  constructor(init: WatchersInit<E>) {
    this.#init = init
  }

  get size(): number {
    return this.#all.size
  }

  send(event: E): void {
    for (const watcher of this.#all) watcher.push(event)
  }

  /** What there is to start with, then everything that happens, until the signal fires or `close`. */
  async *watch(signal?: AbortSignal): AsyncGenerator<E> {
    const watcher = new Watcher(this.#init)
    this.#all.add(watcher)
    const stop = (): void => watcher.close()
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    try {
      yield* this.#init.start()
      for (;;) {
        const next = await watcher.next()
        if (next === 'closed') return
        if (next === 'behind') yield* this.#init.start()
        else yield next.event
      }
    } finally {
      signal?.removeEventListener('abort', stop)
      this.#all.delete(watcher)
    }
  }

  /** Ends what is being watched now. */
  close(): void {
    for (const watcher of this.#all) watcher.close()
  }
}

class Watcher<E> {
  readonly #init: WatchersInit<E>
  #queue: E[] = []
  #state: 'open' | 'behind' | 'closed' = 'open'
  #wake: () => void = () => {}

  constructor(init: WatchersInit<E>) {
    this.#init = init
  }

  push(event: E): void {
    if (this.#state !== 'open') return
    const last = this.#queue.at(-1)
    if (last !== undefined && this.#init.replaces?.(event, last)) this.#queue.pop()
    this.#queue.push(event)
    if (this.#queue.length > this.#init.most) {
      this.#queue = []
      this.#state = 'behind'
    }
    this.#wake()
  }

  close(): void {
    this.#state = 'closed'
    this.#queue = []
    this.#wake()
  }

  async next(): Promise<{ event: E } | 'behind' | 'closed'> {
    while (this.#queue.length === 0 && this.#state === 'open') {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
    if (this.#state === 'behind') {
      this.#state = 'open'
      return 'behind'
    }
    const event = this.#queue.shift()
    return event === undefined ? 'closed' : { event }
  }
}
