import type { Clock } from '../../../base/index.ts'
import { TokenBucket } from '../../../transport/token-bucket.ts'

/** Peers remembered; the one longest unused is forgotten, and with it at worst a second's budget. */
const MAX_PEERS = 1_024

/** A budget of so many a second for each peer. */
export class PerPeerBudget {
  readonly #clock: Clock
  readonly #perSecond: number
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond
    this.#clock = clock
  }

  /** Milliseconds until the peer may again; 0 now, which then counts. */
  spend(peer: string): number {
    const bucket = this.#buckets.get(peer) ?? this.#create()
    this.#buckets.delete(peer)
    this.#buckets.set(peer, bucket)
    const delay = bucket.delay()
    if (delay === 0) bucket.take(1)
    return delay
  }

  #create(): TokenBucket {
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size < MAX_PEERS) break
      this.#buckets.delete(oldest)
    }
    return new TokenBucket({ clock: this.#clock, rate: this.#perSecond, burst: this.#perSecond })
  }
}
