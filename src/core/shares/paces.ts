import type { Clock } from '../../base/index.ts'
import type { Pace } from '../../client-server/files/index.ts'
import { TokenBucket } from '../../transport/token-bucket.ts'

/** Two limits that both hold. */
export function bothPaces(a: Pace, b: Pace): Pace {
  return {
    get isLimited() {
      return a.isLimited || b.isLimited
    },
    delay: () => Math.max(a.isLimited ? a.delay() : 0, b.isLimited ? b.delay() : 0),
    take(bytes) {
      if (a.isLimited) a.take(bytes)
      if (b.isLimited) b.take(bytes)
    },
  }
}

/** A limit that may be changed at any time: bytes per second, 0 none. */
export class FollowingPace implements Pace {
  readonly #bucket: TokenBucket
  readonly #rate: () => number

  constructor(clock: Clock, rate: () => number) {
    this.#rate = rate
    this.#bucket = new TokenBucket({ clock, rate: rate() })
  }

  get isLimited(): boolean {
    this.#follow()
    return this.#bucket.isLimited
  }

  delay(): number {
    this.#follow()
    return this.#bucket.delay()
  }

  take(bytes: number): void {
    this.#follow()
    this.#bucket.take(bytes)
  }

  #follow(): void {
    const rate = this.#rate()
    if (rate !== this.#bucket.rate) this.#bucket.rate = rate
  }
}
