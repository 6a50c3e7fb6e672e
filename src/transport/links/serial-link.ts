import type { Clock } from '../../base/index.ts'
import { IDLE_MS, MAX_LATE_MS } from './limits.ts'

/**
 * One direction of a link that carries one byte after another: each takes its time, and what is queued never waits for
 * anything but the link. A timer that fires late is made up for; time in which nothing was queued is lost.
 */
export class SerialLink {
  readonly #clock: Clock
  #bytesPerMs = 0
  /** When the last byte put on it has left. */
  #freeAt: number
  #idleSince: number | undefined
  #bytes = 0

  /** Rate in bytes per second; 0 is no limit. */
  constructor(clock: Clock, rate: number) {
    this.#clock = clock
    this.rate = rate
    this.#freeAt = clock.now()
    this.#idleSince = this.#freeAt
  }

  /** Bytes that went over it. */
  get bytes(): number {
    return this.#bytes
  }

  /** Bytes per second from now on; 0 is no limit. */
  set rate(rate: number) {
    if (!(rate >= 0) || !Number.isFinite(rate)) throw new RangeError(`a rate of ${rate} bytes per second`)
    this.#bytesPerMs = rate / 1000
  }

  get isLimited(): boolean {
    return this.#bytesPerMs > 0
  }

  /** Milliseconds until something may be put on it: 0 now. */
  delay(): number {
    if (!this.isLimited) return 0
    const now = this.#clock.now()
    this.#settle(now)
    return Math.max(0, this.#freeAt - now)
  }

  /** Puts bytes on it. Ask `delay` first. */
  take(bytes: number): void {
    this.#bytes += bytes
    if (!this.isLimited) return
    this.#settle(this.#clock.now())
    this.#freeAt += bytes / this.#bytesPerMs
    this.#idleSince = undefined
  }

  /** Nothing waits any more: once the last byte has left, time is lost. */
  rest(): void {
    this.#idleSince ??= Math.max(this.#freeAt, this.#clock.now())
  }

  /** Something waits from now on: however late a timer lets it go, that is made up for. */
  queued(): void {
    if (this.isLimited) this.#settle(this.#clock.now())
    this.#idleSince = undefined
  }

  /** Something waited until now: idleness begins here at the earliest. */
  wake(): void {
    this.#idleSince = this.#clock.now()
  }

  #settle(now: number): void {
    this.#freeAt = Math.max(this.#freeAt, now - this.#madeUpFor(now))
    if (this.#wasIdle(now)) this.#idleSince = now
  }

  /** So many milliseconds before `now` are not lost. */
  #madeUpFor(now: number): number {
    if (this.#idleSince === undefined) return MAX_LATE_MS
    // Short rests do not add up: who says a word every few milliseconds leaves the link idle all the same.
    return this.#wasIdle(now) ? 0 : IDLE_MS
  }

  #wasIdle(now: number): boolean {
    return this.#idleSince !== undefined && now - this.#idleSince > IDLE_MS
  }
}
