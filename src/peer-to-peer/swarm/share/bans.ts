import type { Clock } from '../../../base/index.ts'

/** Peers that a share has nothing to do with for a while. */
export class Bans {
  readonly #clock: Clock
  /** When each ends. */
  readonly #until = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** For so many milliseconds from now. */
  add(peer: string, ms: number): void {
    this.#until.set(peer, this.#clock.now() + ms)
  }

  has(peer: string): boolean {
    const until = this.#until.get(peer)
    if (until === undefined) return false
    if (until > this.#clock.now()) return true
    this.#until.delete(peer)
    return false
  }
}
