import type { Clock } from '../../base/index.ts'

interface Wish {
  readonly bytes: number
  readonly crossings: number
  readonly grant: (bytes: number) => void
}

/**
 * The air of one access point, which all stations share: grants to one after another what the air carries. What a wireless
 * station sends to another crosses it twice, what the wired source sends once.
 */
export class AccessPoint {
  readonly #clock: Clock
  /** Until a rate is set everything is granted. */
  #bytesPerMs = Infinity
  readonly #wishes: Wish[] = []
  #freeAt: number
  #stopTimer: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
    this.#freeAt = clock.now()
  }

  /** Bytes per second. */
  set rate(rate: number) {
    this.#bytesPerMs = rate / 1000
  }

  /** Calls `grant` once the air is free for these bytes. */
  ask(wish: Wish): void {
    if (this.#wishes.length === 0) this.#freeAt = Math.max(this.#freeAt, this.#clock.now())
    this.#wishes.push(wish)
    this.#serve()
  }

  /** Nobody is granted anything any more. */
  close(): void {
    this.#stopTimer?.()
    this.#wishes.length = 0
  }

  #serve(): void {
    while (!this.#stopTimer) {
      const now = this.#clock.now()
      if (this.#wishes.length === 0) return
      if (this.#freeAt > now) {
        this.#stopTimer = this.#clock.after(this.#freeAt - now, () => {
          this.#stopTimer = undefined
          this.#serve()
        })
        return
      }
      const { bytes, crossings, grant } = this.#wishes.shift()!
      this.#freeAt += (bytes * crossings) / this.#bytesPerMs
      grant(bytes)
    }
  }
}
