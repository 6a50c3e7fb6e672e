import type { Clock } from '../../base/index.ts'
import { MAX_RATED } from './limits.ts'

interface Bucket {
  tokens: number
  at: number
}

/** A token bucket for each of many callers; those unseen for longest are forgotten. */
export class Rates {
  readonly #clock: Clock
  readonly #burst: number
  readonly #perSecond: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Clock, burst: number, perSecond: number) {
    this.#clock = clock
    this.#burst = burst
    this.#perSecond = perSecond
  }

  /** Takes from the caller's allowance; false, and nothing taken, when it is used up. */
  take(caller: string, count = 1): boolean {
    const now = this.#clock.now()
    const known = this.#buckets.get(caller)
    const tokens = known
      ? Math.min(this.#burst, known.tokens + ((now - known.at) * this.#perSecond) / 1000)
      : this.#burst
    const allowed = tokens >= count
    this.#buckets.delete(caller)
    this.#buckets.set(caller, { tokens: allowed ? tokens - count : tokens, at: now })
    if (this.#buckets.size > MAX_RATED) this.#buckets.delete(this.#buckets.keys().next().value!)
    return allowed
  }
}
