import type { Clock } from '../../../base/index.ts'

const SLOT_MS = 250
/** Two seconds: steady enough to read, quick enough to believe. */
const SLOTS = 8

/** Bytes counted, and their rate over the last two seconds. */
export class Meter {
  readonly #clock: Clock
  readonly #slots = new Float64Array(SLOTS)
  readonly #startedAt: number
  #slot: number
  #total = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedAt = clock.now()
    this.#slot = Math.floor(this.#startedAt / SLOT_MS)
  }

  get total(): number {
    return this.#total
  }

  add(bytes: number): void {
    this.#advance()
    this.#total += bytes
    this.#slots[this.#slot % SLOTS]! += bytes
  }

  /** Bytes per second. */
  rate(): number {
    this.#advance()
    const bytes = this.#slots.reduce((sum, slot) => sum + slot, 0)
    const now = this.#clock.now()
    const since = Math.max(this.#startedAt, (this.#slot - SLOTS + 1) * SLOT_MS)
    return (bytes * 1000) / Math.max(SLOT_MS, now - since)
  }

  #advance(): void {
    const slot = Math.floor(this.#clock.now() / SLOT_MS)
    for (let i = Math.max(this.#slot + 1, slot - SLOTS + 1); i <= slot; i++) this.#slots[i % SLOTS] = 0
    this.#slot = Math.max(this.#slot, slot)
  }
}
