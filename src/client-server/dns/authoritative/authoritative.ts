import { errorMessage, type Clock, type Logger } from '../../../base/index.ts'
import type { DnsClient } from '../listener/index.ts'
import {
  answerTo,
  CLASS,
  decodeMessage,
  encodeMessage,
  MAX_MESSAGE_BYTES,
  MAX_UDP_BYTES,
  PLAIN_UDP_BYTES,
  RCODE,
  TYPE,
  type Edns,
  type Message,
} from '../wire/index.ts'
import { acceptQuery, refusalOf } from './accept.ts'
import { answerFromZones } from './answer.ts'
import { RateLimit } from './rate-limit.ts'
import type { Zones } from './zones.ts'

export interface AuthoritativeInit {
  readonly zones: Zones
  readonly clock: Clock
  readonly log: Logger
  /** Whether answers to this address are not counted: nobody far away can forge one of this machine's own. */
  readonly isTrusted?: ((address: string) => boolean) | undefined
  readonly rateLimit?: RateLimit | undefined
}

/** What was asked and how it was answered: for who wants to watch. */
export interface ServerCounts {
  readonly queries: number
  readonly refused: number
  readonly limited: number
}

const OUR_EDNS: Edns = { udpSize: MAX_UDP_BYTES, version: 0, dnssecOk: false, options: [] }

/** Answers queries from zones and from nothing else. It is a function of octets; `DnsListener` has the sockets. */
export class Authoritative {
  readonly #zones: Zones
  readonly #log: Logger
  readonly #isTrusted: (address: string) => boolean
  readonly #rates: RateLimit
  #queries = 0
  #refused = 0
  #limited = 0

  constructor({ zones, clock, log, isTrusted = () => false, rateLimit }: AuthoritativeInit) {
    this.#zones = zones
    this.#log = log
    this.#isTrusted = isTrusted
    this.#rates = rateLimit ?? new RateLimit(clock)
  }

  get counts(): ServerCounts {
    return { queries: this.#queries, refused: this.#refused, limited: this.#limited }
  }

  /** The answer's octets, or undefined for none. Never throws. */
  readonly answer = (query: Uint8Array, client: DnsClient): Uint8Array | undefined => {
    this.#queries++
    try {
      const acceptance = acceptQuery(query)
      if (acceptance.is === 'dropped') return undefined
      if (acceptance.is === 'refused') return this.#refuse(query, acceptance.rcode, client)
      const message = tryDecode(query)
      return message ? this.#answer(message, client) : this.#refuse(query, RCODE.FORMERR, client)
    } catch (error) {
      this.#log.warn('a query could not be answered', { why: errorMessage(error) })
      return refusalOf(query, RCODE.SERVFAIL)
    }
  }

  #answer(query: Message, client: DnsClient): Uint8Array | undefined {
    const answer = withEdns(this.#find(query), query)
    if (answer.rcode !== RCODE.NOERROR && answer.rcode !== RCODE.NXDOMAIN) this.#refused++
    const ruling = this.#rule(client, () => kindOf(answer))
    if (ruling === 'drop') return undefined
    if (ruling === 'truncate') return encodeMessage({ ...emptied(answer), truncated: true })
    const isReferral = !answer.authoritative && answer.authorities.length > 0
    return encodeMessage(answer, { limit: limitOf(query, client), needsAdditionals: isReferral })
  }

  #find(query: Message): Message {
    const { type, class: asked } = query.questions[0]!
    if (query.edns && query.edns.version > 0) return answerTo(query, { rcode: RCODE.BADVERS })
    if (type === TYPE.OPT || type === 0) return answerTo(query, { rcode: RCODE.FORMERR })
    if (asked !== CLASS.IN) return answerTo(query, { rcode: RCODE.REFUSED })
    if (type === TYPE.AXFR || type === TYPE.IXFR) return answerTo(query, { rcode: RCODE.REFUSED })
    if (isMeta(type)) return answerTo(query, { rcode: RCODE.NOTIMP })
    return answerFromZones(this.#zones, query)
  }

  #refuse(query: Uint8Array, rcode: number, client: DnsClient): Uint8Array | undefined {
    this.#refused++
    return this.#rule(client, () => `refusal ${rcode}`) === 'send' ? refusalOf(query, rcode) : undefined
  }

  #rule({ address, transport }: DnsClient, what: () => string): 'send' | 'truncate' | 'drop' {
    if (transport === 'tcp' || this.#isTrusted(address)) return 'send'
    const ruling = this.#rates.rule(address, what())
    if (ruling !== 'send') this.#limited++
    return ruling
  }
}

function tryDecode(query: Uint8Array): Message | undefined {
  try {
    return decodeMessage(query)
  } catch {
    return undefined
  }
}

/** Types that ask for something other than records (RFC 6895 §3.1), but for ANY. */
function isMeta(type: number): boolean {
  return type >= 128 && type < TYPE.ANY
}

/** EDNS is answered with EDNS, and nothing else is (RFC 6891 §6.1.1). */
function withEdns(answer: Message, { edns }: Message): Message {
  return edns ? { ...answer, edns: { ...OUR_EDNS, dnssecOk: edns.dnssecOk } } : answer
}

/** Octets the answer may have: by UDP what the client takes, 512 unless it says more, and never what would be cut up. */
function limitOf({ edns }: Message, { transport }: DnsClient): number {
  if (transport === 'tcp') return MAX_MESSAGE_BYTES
  return Math.min(MAX_UDP_BYTES, Math.max(PLAIN_UDP_BYTES, edns?.udpSize ?? 0))
}

/** Denials within a zone, and referrals to a zone, are alike: names that do not exist are easily made up. */
function kindOf({ rcode, questions, answers, authorities }: Message): string {
  const [question] = questions
  if (answers.length > 0) return `${question!.type} ${question!.name.key}`
  return `${rcode} ${authorities[0]?.name.key ?? ''}`
}

function emptied(answer: Message): Message {
  return { ...answer, answers: [], authorities: [], additionals: [] }
}
