import { MAX_RATED_SOURCES, PACKET_BURST, PACKETS_PER_SECOND, TOTAL_PER_SECOND } from './limits.ts'
import type { Clock } from '../../../base/index.ts'

interface Bucket {
  tokens: number
  at: number
}

/** Token buckets per sender and one for all: a flood costs its sender its say, and the rest of us next to nothing. */
export class RateBound {
  readonly #clock: Clock
  readonly #buckets = new Map<string, Bucket>()
  readonly #total: Bucket

  constructor(clock: Clock) {
    this.#clock = clock
    this.#total = { tokens: TOTAL_PER_SECOND, at: clock.now() }
  }

  /** Whether one more packet from this address may be parsed. */
  admits(source: string): boolean {
    const bucket = this.#buckets.get(source) ?? { tokens: PACKET_BURST, at: this.#clock.now() }
    this.#buckets.delete(source)
    this.#buckets.set(source, bucket)
    if (this.#buckets.size > MAX_RATED_SOURCES) this.#buckets.delete(this.#buckets.keys().next().value!)
    return (
      this.#take(bucket, PACKETS_PER_SECOND, PACKET_BURST) &&
      this.#take(this.#total, TOTAL_PER_SECOND, TOTAL_PER_SECOND)
    )
  }

  #take(bucket: Bucket, perSecond: number, burst: number): boolean {
    const now = this.#clock.now()
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond)
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }
}
