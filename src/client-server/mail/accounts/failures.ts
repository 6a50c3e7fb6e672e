import { RecentMap, type Clock } from '../../../base/index.ts'
import { FIRST_PAUSE_MS, FORGET_FAILURES_MS, FREE_FAILURES, MAX_PAUSE_MS, MAX_REMEMBERED } from './limits.ts'

interface Record {
  failures: number
  lastAt: number
}

/** Remembers who failed to log in how often, and how long he is not listened to for it. */
export class Failures {
  readonly #clock: Clock
  readonly #records = new RecentMap<string, Record>(MAX_REMEMBERED)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Milliseconds until another try is looked at; 0 for now. */
  pause(who: string): number {
    const record = this.#current(who)
    if (!record || record.failures <= FREE_FAILURES) return 0
    const pause = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (record.failures - FREE_FAILURES - 1))
    return Math.max(0, Math.ceil(record.lastAt + pause - this.#clock.now()))
  }

  failed(who: string): void {
    const failures = (this.#current(who)?.failures ?? 0) + 1
    this.#records.set(who, { failures, lastAt: this.#clock.now() })
  }

  succeeded(who: string): void {
    this.#records.delete(who)
  }

  #current(who: string): Record | undefined {
    const record = this.#records.get(who)
    if (record && this.#clock.now() - record.lastAt > FORGET_FAILURES_MS) this.#records.delete(who)
    return this.#records.get(who)
  }
}
