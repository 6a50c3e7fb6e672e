/** Time, passed in wherever it matters so that tests need not sleep. Milliseconds throughout. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number
  /** Milliseconds since 1970, for what people read and what is stored. */
  wallNow(): number
  /** Runs `callback` once after `ms`; returns the function that cancels it. Timers never keep the process alive. */
  after(ms: number, callback: () => void): () => void
  /** Runs `callback` every `ms`; returns the function that stops it. */
  every(ms: number, callback: () => void): () => void
}

interface Unrefable {
  unref?(): void
}

interface PlatformTimers {
  setTimeout(callback: () => void, ms: number): Unrefable | number
  clearTimeout(id: unknown): void
  setInterval(callback: () => void, ms: number): Unrefable | number
  clearInterval(id: unknown): void
  performance: { now(): number }
}

// Browser and Node agree on these; declaring only what is used keeps both library sets out of this folder.
const platform = globalThis as unknown as PlatformTimers

export const systemClock: Clock = {
  now: () => platform.performance.now(),
  wallNow: () => Date.now(),
  after(ms, callback) {
    const id = platform.setTimeout(callback, ms)
    if (typeof id === 'object') id.unref?.()
    return () => platform.clearTimeout(id)
  },
  every(ms, callback) {
    const id = platform.setInterval(callback, ms)
    if (typeof id === 'object') id.unref?.()
    return () => platform.clearInterval(id)
  },
}

interface Scheduled {
  at: number
  order: number
  callback: () => void
  period: number | undefined
}

/** A clock that moves only when told to: for tests and for the swarm's simulator. */
export class VirtualClock implements Clock {
  #now: number
  #order = 0
  readonly #wallOffset: number
  readonly #queue = new Set<Scheduled>()

  constructor(start = 0, wallStart = 1_700_000_000_000) {
    this.#now = start
    this.#wallOffset = wallStart - start
  }

  now(): number {
    return this.#now
  }

  wallNow(): number {
    return this.#now + this.#wallOffset
  }

  after(ms: number, callback: () => void): () => void {
    return this.#add({ at: this.#now + Math.max(0, ms), order: this.#order++, callback, period: undefined })
  }

  every(ms: number, callback: () => void): () => void {
    return this.#add({ at: this.#now + ms, order: this.#order++, callback, period: ms })
  }

  /** Runs everything due within the next `ms`, in order, and leaves the clock there. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (let due = this.#next(end); due; due = this.#next(end)) {
      this.#now = Math.max(this.#now, due.at)
      if (due.period === undefined) this.#queue.delete(due)
      else due.at += due.period
      due.callback()
    }
    this.#now = end
  }

  /** Like `advance`, but lets promises settle between timers. */
  async advanceAsync(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let due = this.#next(end); due; due = this.#next(end)) {
      this.advance(Math.max(0, due.at - this.#now))
      await settle()
    }
    this.#now = end
  }

  get pending(): number {
    return this.#queue.size
  }

  #add(entry: Scheduled): () => void {
    this.#queue.add(entry)
    return () => void this.#queue.delete(entry)
  }

  #next(end: number): Scheduled | undefined {
    let best: Scheduled | undefined
    for (const entry of this.#queue) {
      if (entry.at > end) continue
      if (!best || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) best = entry
    }
    return best
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}
