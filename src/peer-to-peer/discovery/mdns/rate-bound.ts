import { Allowance, Allowances, type Clock } from '../../../base/index.ts'
import { MAX_RATED_SOURCES, PACKET_BURST, PACKETS_PER_SECOND, TOTAL_PER_SECOND } from './limits.ts'

/** An allowance per sender and one for all: a flood costs its sender its say, and the rest of us next to nothing. */
export class RateBound {
  readonly #sources: Allowances
  readonly #total: Allowance

  constructor(clock: Clock) {
    const rate = { atOnce: PACKET_BURST, perSecond: PACKETS_PER_SECOND }
    this.#sources = new Allowances(clock, rate, MAX_RATED_SOURCES)
    this.#total = new Allowance(clock, { atOnce: TOTAL_PER_SECOND, perSecond: TOTAL_PER_SECOND })
  }

  /** Whether one more packet from this address may be parsed. */
  admits(source: string): boolean {
    return this.#sources.take(source) && this.#total.take()
  }
}
