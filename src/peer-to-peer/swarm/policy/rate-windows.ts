import { MIN_RATE_SAMPLE_MS, RATE_WINDOWS, RATE_WINDOW_MS } from './limits.ts'

/**
 * The largest rate of the last windows, bytes per second. Windows in which nothing held the sender back say nothing about
 * the link: they raise the rate but never make it forgotten.
 */
export class RateWindows {
  readonly #rates: number[] = []
  readonly #onLimited: (rate: number) => void
  #start: number | undefined
  #bytes = 0
  #limited = false
  #largest = 0

  /** `onLimited` is told the rate of each window that says what the link can do. */
  constructor(onLimited: (rate: number) => void = () => {}) {
    this.#onLimited = onLimited
  }

  /** Something was to be sent and there was no room. */
  markLimited(now: number): void {
    this.#roll(now)
    this.#limited = true
  }

  add(bytes: number, now: number): void {
    this.#start ??= now
    this.#roll(now)
    this.#bytes += bytes
  }

  /** 0 until the first window has passed. */
  rate(now: number): number {
    this.#roll(now)
    const age = this.#start === undefined ? 0 : now - this.#start
    return age >= MIN_RATE_SAMPLE_MS ? Math.max(this.#largest, (this.#bytes * 1000) / age) : this.#largest
  }

  #roll(now: number): void {
    if (this.#start === undefined || now < this.#start + RATE_WINDOW_MS) return
    const age = now - this.#start
    const rate = (this.#bytes * 1000) / age
    const isLimited = this.#limited && age < 2 * RATE_WINDOW_MS
    if (isLimited || rate > this.#largest) this.#keep(rate)
    if (isLimited) this.#onLimited(rate)
    this.#start = now
    this.#bytes = 0
    this.#limited = false
  }

  #keep(rate: number): void {
    this.#rates.push(rate)
    if (this.#rates.length > RATE_WINDOWS) this.#rates.shift()
    this.#largest = Math.max(...this.#rates)
  }
}
