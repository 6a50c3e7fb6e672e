import { Allowance, parseIpv4, parseIpv6, RecentMap, type Clock, type Rate } from '../../../base/index.ts'
import {
  ANSWERS_AT_ONCE,
  ANSWERS_PER_SECOND,
  IPV4_NETWORK_BITS,
  IPV6_NETWORK_BITS,
  MAX_RATED,
  SLIP,
} from './limits.ts'

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
    const key = `${networkOf(address)} ${what}`
    const kind = this.#kinds.get(key) ?? { allowance: new Allowance(this.#clock, this.#rate), held: 0 }
    this.#kinds.set(key, kind)
    if (kind.allowance.take()) {
      kind.held = 0
      return 'send'
    }
    return ++kind.held % SLIP === 0 ? 'truncate' : 'drop'
  }
}

/** The network an address belongs to, for counting. */
export function networkOf(address: string): string {
  const four = parseIpv4(address.replace(/^::ffff:/i, ''))
  if (four) return four.subarray(0, IPV4_NETWORK_BITS / 8).join('.')
  const six = parseIpv6(address.split('%')[0]!)
  return six ? six.subarray(0, IPV6_NETWORK_BITS / 8).join('.') : address
}
