import { Allowance, networkOf, RecentMap, type Clock, type Rate } from '../../../base/index.ts'
import {
  ANSWERS_AT_ONCE,
  ANSWERS_PER_SECOND,
  IPV4_NETWORK_BITS,
  IPV6_NETWORK_BITS,
  MAX_RATED,
  SLIP,
} from './limits.ts'

const NETWORK = { ipv4: IPV4_NETWORK_BITS, ipv6: IPV6_NETWORK_BITS }

export type Ruling = 'send' | 'truncate' | 'drop'

interface Kind {
  readonly allowance: Allowance
  /** Since the last one that was sent. */
  held: number
}

/**
 * Limits answers alike to one network, so that nobody is flooded by answers to queries that were forged in his name. Every other
 * answer held back goes out without records and with TC: whoever truly asked comes again by TCP, which cannot be forged.
 */
export class RateLimit {
  readonly #clock: Clock
  readonly #rate: Rate
  readonly #kinds = new RecentMap<string, Kind>(MAX_RATED)

  constructor(clock: Clock, perSecond = ANSWERS_PER_SECOND, atOnce = ANSWERS_AT_ONCE) {
    this.#clock = clock
    this.#rate = { atOnce, perSecond }
  }

  /** What happens to an answer; `what` is equal for answers alike. */
  rule(address: string, what: string): Ruling {
    const key = `${networkOf(address, NETWORK)} ${what}`
    const kind = this.#kinds.get(key) ?? { allowance: new Allowance(this.#clock, this.#rate), held: 0 }
    this.#kinds.set(key, kind)
    if (kind.allowance.take()) {
      kind.held = 0
      return 'send'
    }
    return ++kind.held % SLIP === 0 ? 'truncate' : 'drop'
  }
}
