import type { Clock } from './clock.ts'
import { RecentMap } from './recent-map.ts'

/** How often somebody may do something. */
export interface Rate {
  /** After a pause. */
  readonly atOnce: number
  /** In the long run. */
  readonly perSecond: number
}

/** What somebody may still do: a token bucket that counts. */
export class Allowance {
  readonly #clock: Clock
  readonly #rate: Rate
  #left: number
  #at: number

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock
    this.#rate = rate
    this.#left = rate.atOnce
    this.#at = clock.now()
  }

  /** Takes `count`; false, and nothing taken, when that is too much. */
  take(count = 1): boolean {
    const now = this.#clock.now()
    this.#left = Math.min(this.#rate.atOnce, this.#left + ((now - this.#at) * this.#rate.perSecond) / 1000)
    this.#at = now
    if (this.#left < count) return false
    this.#left -= count
    return true
  }
}

/** An allowance for each of many; those unseen for longest are forgotten, and begin anew. */
export class Allowances {
  readonly #clock: Clock
  readonly #rate: Rate
  readonly #each: RecentMap<string, Allowance>

  constructor(clock: Clock, rate: Rate, most: number) {
    this.#clock = clock
    this.#rate = rate
    this.#each = new RecentMap(most)
  }

  /** Takes from what `who` has; false, and nothing taken, when that is too much. */
  take(who: string, count = 1): boolean {
    const allowance = this.#each.get(who) ?? new Allowance(this.#clock, this.#rate)
    this.#each.set(who, allowance)
    return allowance.take(count)
  }
}
