import { systemClock, type Clock } from '../../../base/index.ts'
import type { Answer, DnsClient } from '../listener/index.ts'
import {
  answerTo,
  CLASS,
  decodeHeader,
  decodeMessage,
  encodeMessage,
  MAX_MESSAGE_BYTES,
  MAX_UDP_BYTES,
  message,
  OPCODE,
  PLAIN_UDP_BYTES,
  RCODE,
  TYPE,
  type Message,
  type Question,
  type RawHeader,
  type ResourceRecord,
} from '../wire/index.ts'
import { ClientAccess } from './client-access.ts'
import { EncodedAnswers } from './encoded-answers.ts'
import { readQuickQuery } from './quick-query.ts'
import type { Resolver } from './resolver.ts'
import type { Outcome } from './types.ts'

export interface ResolverServiceInit {
  readonly resolver: Resolver
  readonly clock?: Clock | undefined
  readonly access?: ClientAccess | undefined
}

/** Seconds for which it holds that ANY is not answered in full: nothing there ever changes. */
const ANY_TTL = 3_600
/** "RFC8482" and no operating system: the HINFO record that stands for ANY (RFC 8482 §4.2). */
const ANY_DATA = Uint8Array.of(7, ...new TextEncoder().encode('RFC8482'), 0)
const HINFO = 13

/** Types that ask for something other than records: transfers, transactions, mailboxes of the seventies. */
const FIRST_META_TYPE = 128
const LAST_META_TYPE = 254

/** Makes of the resolver a server: what listens passes queries in and sends what comes out. */
export function createResolverService({
  resolver,
  clock = systemClock,
  access = new ClientAccess(),
}: ResolverServiceInit): Answer {
  const encoded = new EncodedAnswers(clock)
  let generation = resolver.generation

  const answer = async (query: Message, key: string | undefined, client: DnsClient): Promise<Uint8Array> => {
    const limit = limitFor(query, client)
    const refusal = refuse(query)
    if (refusal) return encodeMessage(refusal, { limit })
    const [asked] = query.questions
    const before = resolver.generation
    const outcome = await outcomeOf(resolver, asked!, query.recursionDesired)
    const bytes = encodeMessage(compose(query, outcome), { limit })
    const isWhole = (bytes[2]! & 0x02) === 0
    // An answer that was being worked on while the cache was emptied may be of before.
    if (key !== undefined && isWhole && before === resolver.generation)
      encoded.keep(key, bytes, lifetime(outcome))
    return bytes
  }

  return (bytes, client) => {
    if (!access.isAllowed(client.address)) return refusedHeader(bytes)
    if (generation !== resolver.generation) {
      generation = resolver.generation
      encoded.clear()
    }
    const quick = readQuickQuery(bytes)
    if (quick) {
      const held = encoded.find(bytes, quick, client.transport === 'udp' ? quick.limit : MAX_MESSAGE_BYTES)
      if (held) return held
    }
    const query = read(bytes)
    return query instanceof Uint8Array || query === undefined ? query : answer(query, quick?.key, client)
  }
}

/** The query, or the octets that say what is wrong with it, or nothing for what must not be answered at all. */
function read(bytes: Uint8Array): Message | Uint8Array | undefined {
  const header = decodeHeader(bytes)
  // An answer to an answer would go back and forth for ever.
  if (header === undefined || header.response) return undefined
  if (header.opcode !== OPCODE.QUERY) return headerOnly(header, RCODE.NOTIMP)
  try {
    return decodeMessage(bytes)
  } catch {
    return headerOnly(header, RCODE.FORMERR)
  }
}

function refusedHeader(bytes: Uint8Array): Uint8Array | undefined {
  const header = decodeHeader(bytes)
  return header && !header.response ? headerOnly(header, RCODE.REFUSED) : undefined
}

function headerOnly({ id, opcode, recursionDesired }: RawHeader, rcode: number): Uint8Array {
  return encodeMessage(message({ id, opcode, recursionDesired, response: true, rcode }))
}

function limitFor({ edns }: Message, { transport }: DnsClient): number {
  if (transport === 'tcp') return MAX_MESSAGE_BYTES
  return Math.min(Math.max(edns?.udpSize ?? 0, PLAIN_UDP_BYTES), MAX_UDP_BYTES)
}

/** What is said to a query that is well formed and not to be resolved; undefined for one that is. */
function refuse(query: Message): Message | undefined {
  const [asked] = query.questions
  // One question a query (RFC 9619).
  if (query.questions.length !== 1 || asked!.type === TYPE.OPT)
    return respond(query, { rcode: RCODE.FORMERR })
  if (query.edns && query.edns.version > 0) return respond(query, { rcode: RCODE.BADVERS })
  if (asked!.class !== CLASS.IN) return respond(query, { rcode: RCODE.REFUSED })
  if (asked!.type === TYPE.ANY) return respond(query, { answers: [insteadOfAny(asked!)] })
  if (asked!.type >= FIRST_META_TYPE && asked!.type <= LAST_META_TYPE)
    return respond(query, { rcode: RCODE.NOTIMP })
  return undefined
}

function insteadOfAny({ name, class: klass }: Question): ResourceRecord {
  return { name, type: HINFO, class: klass, ttl: ANY_TTL, data: { kind: 'unknown', bytes: ANY_DATA } }
}

/** Who does not want us to ask others is told what we know, if anything. */
async function outcomeOf(
  resolver: Resolver,
  asked: Question,
  recursionDesired: boolean,
): Promise<Outcome | undefined> {
  return recursionDesired ? (await resolver.resolve(asked)).outcome : resolver.recall(asked)
}

function compose(query: Message, outcome: Outcome | undefined): Message {
  if (outcome === undefined) return respond(query, { rcode: RCODE.REFUSED })
  const { aliases } = outcome
  switch (outcome.is) {
    case 'records':
      return respond(query, { answers: [...aliases, ...outcome.records] })
    case 'failed':
      return respond(query, { rcode: RCODE.SERVFAIL })
    default: {
      const rcode = outcome.is === 'no-name' ? RCODE.NXDOMAIN : RCODE.NOERROR
      return respond(query, { rcode, answers: aliases, authorities: outcome.soa ? [outcome.soa] : [] })
    }
  }
}

function respond(query: Message, change: Partial<Message>): Message {
  const { edns } = query
  return answerTo(query, {
    recursionAvailable: true,
    ...(edns ? { edns: { udpSize: MAX_UDP_BYTES, version: 0, dnssecOk: edns.dnssecOk, options: [] } } : {}),
    ...change,
  })
}

/** Seconds for which an answer stays as it is; 0 for what is not to be kept. */
function lifetime(outcome: Outcome | undefined): number {
  if (outcome === undefined || outcome.is === 'failed') return 0
  const rest = outcome.is === 'records' ? outcome.records : outcome.soa ? [outcome.soa] : []
  return rest.length === 0 ? 0 : Math.min(...[...outcome.aliases, ...rest].map(({ ttl }) => ttl))
}
