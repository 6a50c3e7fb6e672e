import { ErrorEvent } from '@orpc/client'
import { EVENT_WINDOW } from './limits.ts'

/** The link's side of a stream. */
export interface StreamOwner {
  /** `events` have been consumed in all: the core may send as many more. */
  consumed(events: number): void
  /** The reader left; the core should stop. */
  left(): void
}

type State = { is: 'open' } | { is: 'ending'; settle: (waiter: Waiter) => void } | { is: 'ended' }

interface Waiter {
  resolve: (result: IteratorResult<unknown, unknown>) => void
  reject: (error: unknown) => void
}

/**
 * The events of one call at the client. Holds at most a window of unread events: credit goes back to the core as the
 * reader consumes, not as frames arrive.
 */
export class EventStream implements AsyncIterableIterator<unknown, unknown, void> {
  readonly #owner: StreamOwner
  #state: State = { is: 'open' }
  #unread: unknown[] = []
  #waiters: Waiter[] = []
  #consumed = 0
  #reported = 0

  constructor(owner: StreamOwner) {
    this.#owner = owner
  }

  /** An event of the core; false when it had no credit for it. */
  push(event: 'message' | 'error' | 'done', data: unknown): boolean {
    if (this.#state.is !== 'open') return true
    if (event === 'message') return this.#message(data)
    if (event === 'done') this.#end((waiter) => waiter.resolve({ done: true, value: data }))
    else this.#end((waiter) => waiter.reject(new ErrorEvent({ data })))
    return true
  }

  /** Ends with `error` after what was received. */
  fail(error: unknown): void {
    if (this.#state.is === 'open') this.#end((waiter) => waiter.reject(error))
  }

  next(): Promise<IteratorResult<unknown, unknown>> {
    return new Promise((resolve, reject) => {
      if (this.#unread.length > 0) return this.#hand({ resolve, reject }, this.#unread.shift())
      if (this.#state.is === 'open') return void this.#waiters.push({ resolve, reject })
      this.#settle({ resolve, reject })
    })
  }

  async return(value?: unknown): Promise<IteratorResult<unknown, unknown>> {
    const wasOpen = this.#state.is === 'open'
    this.#unread = []
    this.#state = { is: 'ended' }
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) waiter.resolve(DONE)
    if (wasOpen) this.#owner.left()
    return { done: true, value }
  }

  async throw(error: unknown): Promise<IteratorResult<unknown, unknown>> {
    await this.return()
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #message(data: unknown): boolean {
    const waiter = this.#waiters.shift()
    if (waiter) this.#hand(waiter, data)
    else if (this.#unread.length >= EVENT_WINDOW) return false
    else this.#unread.push(data)
    return true
  }

  #hand(waiter: Waiter, value: unknown): void {
    this.#consumed++
    waiter.resolve({ done: false, value })
    if (this.#state.is !== 'open' || this.#consumed - this.#reported < EVENT_WINDOW / 2) return
    this.#reported = this.#consumed
    this.#owner.consumed(this.#consumed)
  }

  #end(settle: (waiter: Waiter) => void): void {
    this.#state = { is: 'ending', settle }
    const waiters = this.#waiters
    this.#waiters = []
    for (const waiter of waiters) this.#settle(waiter)
  }

  /** The outcome is told once; later reads find the end. */
  #settle(waiter: Waiter): void {
    const state = this.#state
    this.#state = { is: 'ended' }
    if (state.is === 'ending') state.settle(waiter)
    else waiter.resolve(DONE)
  }
}

const DONE: IteratorResult<unknown, unknown> = { done: true, value: undefined }
