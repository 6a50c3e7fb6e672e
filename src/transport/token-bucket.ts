import type { Clock } from '../base/index.ts'

/** A fiftieth of a second's worth may pass at once … */
const BURST_SECONDS = 0.02
/** … but at least one large block, or nothing would ever pass at a low rate. */
const MIN_BURST_BYTES = 64 * 1024

export interface TokenBucketOptions {
  clock: Clock
  /** Bytes per second; 0 is no limit. */
  rate: number
  /** Bytes that may pass at once after a pause. Default: a fiftieth of a second, at least 64 KiB. */
  burst?: number
}

/**
 * Limits a flow of bytes. What is taken may put the bucket into debt, which is waited for before anything else passes:
 * so blocks longer than the burst pass too, and the long-term rate is exact. May be changed while it is used.
 */
export class TokenBucket {
  readonly #clock: Clock
  readonly #fixedBurst: number | undefined
  #rate: number
  #tokens: number
  #at: number

  constructor(options: TokenBucketOptions) {
    this.#clock = options.clock
    this.#fixedBurst = options.burst
    this.#rate = checkRate(options.rate)
    this.#at = options.clock.now()
    this.#tokens = this.burst
  }

  /** Bytes per second; 0 is no limit. */
  get rate(): number {
    return this.#rate
  }

  set rate(bytesPerSecond: number) {
    this.#refill()
    const wasUnlimited = this.#rate === 0
    this.#rate = checkRate(bytesPerSecond)
    // A debt made at the old rate is kept; credit is not, or a lower rate would begin with the old burst.
    this.#tokens = wasUnlimited ? 0 : Math.min(this.#tokens, this.burst)
  }

  get burst(): number {
    return this.#fixedBurst ?? Math.max(MIN_BURST_BYTES, this.#rate * BURST_SECONDS)
  }

  get isLimited(): boolean {
    return this.#rate > 0
  }

  /** Milliseconds until something may pass: 0 now. */
  delay(): number {
    if (this.#rate === 0) return 0
    this.#refill()
    return this.#tokens > 0 ? 0 : ((1 - this.#tokens) * 1000) / this.#rate
  }

  /** Takes `bytes`, going into debt if need be. Ask `delay` first. */
  take(bytes: number): void {
    if (this.#rate === 0) return
    this.#refill()
    this.#tokens -= bytes
  }

  #refill(): void {
    const now = this.#clock.now()
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#at) * this.#rate) / 1000)
    this.#at = now
  }
}

function checkRate(rate: number): number {
  if (!(rate >= 0) || !Number.isFinite(rate)) throw new RangeError(`a rate of ${rate} bytes per second`)
  return rate
}
