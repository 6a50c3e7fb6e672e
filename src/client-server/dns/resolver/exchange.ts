import { systemClock, systemRandom, type Clock, type Random } from '../../../base/index.ts'
import {
  CLASS,
  decodeMessage,
  encodeMessage,
  message,
  RCODE,
  type Message,
  type Question,
} from '../wire/index.ts'
import { mixedCase, withoutCase } from './letter-case.ts'
import { EXCHANGE_UDP_BYTES } from './limits.ts'
import { askByTcp } from './tcp-exchange.ts'
import type { SentQuery } from './sent-query.ts'
import type { Exchange, ExchangeOptions, Reply, ServerAddress } from './types.ts'
import { askByUdp, type UdpResult } from './udp-exchange.ts'

/** Questions on real sockets: a random id, source port and case each, TCP when UDP is too small or cannot be trusted. */
export function createExchange({
  clock = systemClock,
  random = systemRandom,
}: { clock?: Clock; random?: Random } = {}): Exchange {
  const ask = async (
    server: ServerAddress,
    question: Question,
    options: ExchangeOptions,
    withEdns: boolean,
  ): Promise<Reply> => {
    const query = makeQuery(question, random, { ...options, withEdns })
    const result = await askByUdp(server, query, options, { clock, random })
    const reply = await overTcpIfNeeded(result, server, query, options)
    if (!withEdns || !refusesEdns(reply.message))
      return { ...reply, message: withoutCase(reply.message, query.name) }
    return ask(server, question, options, false)
  }
  const overTcpIfNeeded = async (
    result: UdpResult,
    server: ServerAddress,
    query: SentQuery,
    options: ExchangeOptions,
  ): Promise<Reply> => {
    if (result.is === 'reply' && !result.message.truncated)
      return { message: result.message, transport: 'udp' }
    return { message: await askByTcp(server, query, options, clock), transport: 'tcp' }
  }
  return (server, question, options) => ask(server, question, options, true)
}

/** A server from before EDNS says so in one of these ways (RFC 6891 §7). */
function refusesEdns({ rcode, edns }: Message): boolean {
  const isRefusal = rcode === RCODE.FORMERR || rcode === RCODE.NOTIMP || rcode === RCODE.BADVERS
  return isRefusal && (edns === undefined || rcode === RCODE.BADVERS)
}

export function makeQuery(
  question: Question,
  random: Random,
  { withEdns, recursive = false }: { withEdns: boolean; recursive?: boolean | undefined },
): SentQuery {
  const [high, low] = random.bytes(2)
  const id = (high! << 8) | low!
  const name = mixedCase(question.name, random)
  const edns = { udpSize: EXCHANGE_UDP_BYTES, version: 0, dnssecOk: false, options: [] }
  const sent = { ...question, name }
  const bytes = encodeMessage(
    message({
      id,
      recursionDesired: recursive,
      questions: [sent],
      ...(withEdns ? { edns } : {}),
    }),
  )
  return { bytes, name, check: (reply) => checkReply(reply, id, sent) }
}

function checkReply(bytes: Uint8Array, id: number, sent: Question): ReturnType<SentQuery['check']> {
  // The id first: what is not meant for us need not be understood.
  if (bytes.length < 12 || ((bytes[0]! << 8) | bytes[1]!) !== id) return { is: 'other' }
  const reply = decodeMessage(bytes)
  if (!reply.response || reply.opcode !== 0) return { is: 'other' }
  const [asked] = reply.questions
  // An old server that did not understand may leave the question out.
  if (asked === undefined) return refusesEdns(reply) ? { is: 'folded', message: reply } : { is: 'other' }
  const isSame =
    reply.questions.length === 1 &&
    asked.type === sent.type &&
    asked.class === CLASS.IN &&
    asked.name.equals(sent.name)
  if (!isSame) return { is: 'other' }
  return { is: asked.name.equalsExactly(sent.name) ? 'ours' : 'folded', message: reply }
}
