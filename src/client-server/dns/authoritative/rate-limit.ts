import type { Clock } from '../../../base/index.ts'
import { parseIpv4, parseIpv6 } from '../wire/index.ts'
import {
  ANSWERS_AT_ONCE,
  ANSWERS_PER_SECOND,
  IPV4_NETWORK_BITS,
  IPV6_NETWORK_BITS,
  MAX_RATED,
  SLIP,
} from './limits.ts'

export type Ruling = 'send' | 'truncate' | 'drop'

interface Bucket {
  tokens: number
  at: number
  held: number
}

/**
 * Limits answers alike to one network, so that nobody is flooded by answers to queries that were forged in his name. Every other
 * answer held back goes out without records and with TC: whoever truly asked comes again by TCP, which cannot be forged.
 */
export class RateLimit {
  readonly #clock: Clock
  readonly #perSecond: number
  readonly #atOnce: number
  /** The longest unseen first. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Clock, perSecond = ANSWERS_PER_SECOND, atOnce = ANSWERS_AT_ONCE) {
    this.#clock = clock
    this.#perSecond = perSecond
    this.#atOnce = atOnce
  }

  /** What happens to an answer; `what` is equal for answers alike. */
  rule(address: string, what: string): Ruling {
    const bucket = this.#bucket(`${networkOf(address)} ${what}`)
    if (bucket.tokens >= 1) {
      bucket.tokens--
      bucket.held = 0
      return 'send'
    }
    return ++bucket.held % SLIP === 0 ? 'truncate' : 'drop'
  }

  #bucket(key: string): Bucket {
    const now = this.#clock.now()
    const known = this.#buckets.get(key)
    const bucket = known ?? { tokens: this.#atOnce, at: now, held: 0 }
    bucket.tokens = Math.min(this.#atOnce, bucket.tokens + ((now - bucket.at) / 1_000) * this.#perSecond)
    bucket.at = now
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > MAX_RATED) this.#buckets.delete(this.#buckets.keys().next().value!)
    return bucket
  }
}

/** The network an address belongs to, for counting. */
export function networkOf(address: string): string {
  const four = parseIpv4(address.replace(/^::ffff:/i, ''))
  if (four) return four.subarray(0, IPV4_NETWORK_BITS / 8).join('.')
  const six = parseIpv6(address.split('%')[0]!)
  return six ? six.subarray(0, IPV6_NETWORK_BITS / 8).join('.') : address
}
