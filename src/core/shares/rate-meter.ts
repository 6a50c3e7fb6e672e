import type { Clock } from '../../base/index.ts'
import { MAX_RATE_SAMPLES, RATE_WINDOW_MS } from '../limits.ts'

/** One point of the rate plot. `at` in milliseconds since 1970, rates in bytes per second. */
export interface RateSample {
  readonly at: number
  readonly down: number
  readonly up: number
}

const SAMPLE_MS = 1_000

/** What a growing count of bytes comes to per second: now, and over the last minutes. */
export class RateMeter {
  readonly #clock: Clock
  readonly #count: () => number
  readonly #samples: RateSample[] = []
  #seen: { at: number; bytes: number }[]
  #cancel = (): void => {}

  constructor(clock: Clock, count: () => number) {
    this.#clock = clock
    this.#count = count
    this.#seen = [{ at: clock.now(), bytes: count() }]
  }

  start(): void {
    this.#seen = [{ at: this.#clock.now(), bytes: this.#count() }]
    this.#cancel = this.#clock.every(SAMPLE_MS, () => this.#sample())
  }

  stop(): void {
    this.#cancel()
  }

  /** Over the last seconds. */
  get rate(): number {
    const [first] = this.#seen
    const now = { at: this.#clock.now(), bytes: this.#count() }
    // Too soon after the first look for a rate that means anything.
    return now.at - first!.at < SAMPLE_MS / 4 ? 0 : rateBetween(first!, now)
  }

  get samples(): readonly RateSample[] {
    return this.#samples
  }

  #sample(): void {
    const now = { at: this.#clock.now(), bytes: this.#count() }
    const down = rateBetween(this.#seen.at(-1)!, now)
    this.#samples.push({ at: this.#clock.wallNow(), down, up: 0 })
    if (this.#samples.length > MAX_RATE_SAMPLES) this.#samples.shift()
    this.#seen.push(now)
    while (this.#seen.length > 1 && now.at - this.#seen[0]!.at > RATE_WINDOW_MS) this.#seen.shift()
  }
}

function rateBetween(from: { at: number; bytes: number }, to: { at: number; bytes: number }): number {
  return to.at > from.at ? ((to.bytes - from.bytes) * 1000) / (to.at - from.at) : 0
}
