import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import { isShoalError, seededRandom, systemRandom } from '../../../base/index.ts'
import { DnsListener } from '../listener/index.ts'
import {
  answerTo,
  decodeMessage,
  encodeMessage,
  Name,
  question,
  RCODE,
  TYPE,
  type Message,
} from '../wire/index.ts'
import { createExchange, makeQuery } from './exchange.ts'
import { mixedCase } from './letter-case.ts'
import { MAX_MISMATCHES } from './limits.ts'
import { rr } from './test-internet.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const WWW = question(Name.parse('www.example.com.'), TYPE.A)
const exchange = createExchange()
const options = { timeoutMs: 20_000 }

interface Seen {
  query: Message
  transport: string
  port: number
}

/** A server that answers decoded queries; what it saw is written down. */
async function serve(
  answer: (query: Message, transport: 'udp' | 'tcp') => Partial<Message> | Uint8Array | undefined,
) {
  const seen: Seen[] = []
  const listener = new DnsListener({
    host: '127.0.0.1',
    port: 0,
    answer: (bytes, { transport, port }) => {
      const query = decodeMessage(bytes)
      seen.push({ query, transport, port })
      const reply = answer(query, transport)
      if (reply === undefined || reply instanceof Uint8Array) return reply
      return encodeMessage(answerTo(query, { authoritative: true, ...reply }))
    },
  })
  await listener.start()
  cleanups.push(() => listener.stop())
  return { seen, server: { address: '127.0.0.1', port: listener.port } }
}

const A = { answers: [rr('www.example.com. 60 A 192.0.2.1')] }

describe('a question to a server', () => {
  it('goes by UDP with EDNS, and what comes back is its answer in plain letters', async () => {
    const { server, seen } = await serve((query) => ({
      answers: [
        {
          ...rr('x. 60 CNAME y.'),
          name: query.questions[0]!.name,
          data: { kind: 'CNAME', target: query.questions[0]!.name.parent.child('Web') },
        },
      ],
    }))
    const { message, transport } = await exchange(server, WWW, options)
    expect(transport).toBe('udp')
    expect(message.answers[0]!.name.toString()).toBe('www.example.com.')
    const { data } = message.answers[0]!
    expect(data.kind === 'CNAME' && data.target.toString()).toBe('Web.example.com.')
    expect(seen[0]!.query.edns?.udpSize).toBe(1232)
    expect(seen[0]!.query.recursionDesired).toBe(false)
    expect(seen[0]!.query.questions[0]!.name.equals(WWW.name)).toBe(true)
  })

  it('has an id, a port and letters that nobody can foresee', async () => {
    const { server, seen } = await serve(() => A)
    for (let i = 0; i < 24; i++) await exchange(server, WWW, options)
    const spread = (of: (one: Seen) => unknown): number => new Set(seen.map(of)).size
    expect(spread(({ query }) => query.id)).toBeGreaterThan(20)
    expect(spread(({ port }) => port)).toBeGreaterThan(20)
    expect(spread(({ query }) => query.questions[0]!.name.toString())).toBeGreaterThan(20)
    // Not only those the system would have given (Linux: 32768 to 60999).
    expect(seen.some(({ port }) => port < 32_768 || port > 60_999)).toBe(true)
  })

  it('is asked again by TCP when the answer has no room in a datagram', async () => {
    const { server, seen } = await serve((_query, transport) =>
      transport === 'udp' ? { truncated: true } : A,
    )
    const { message, transport } = await exchange(server, WWW, options)
    expect(transport).toBe('tcp')
    expect(message.answers).toHaveLength(1)
    expect(seen.map((one) => one.transport)).toEqual(['udp', 'tcp'])
  })

  it('is asked again by TCP when a server does not keep the letters’ case', async () => {
    const { server, seen } = await serve(() => ({ ...A, questions: [WWW] }))
    expect((await exchange(server, WWW, options)).transport).toBe('tcp')
    expect(seen.map((one) => one.transport)).toEqual(['udp', 'tcp'])
  })

  it('is asked again without EDNS when a server does not know that', async () => {
    const { server, seen } = await serve(({ edns }) => (edns ? { rcode: RCODE.FORMERR, questions: [] } : A))
    expect((await exchange(server, WWW, options)).message.answers).toHaveLength(1)
    expect(seen.at(-1)!.query.edns).toBeUndefined()
  })

  it('asks a resolver to go on for us only when told to', async () => {
    const { server, seen } = await serve(() => A)
    await exchange(server, WWW, { ...options, recursive: true })
    expect(seen[0]!.query.recursionDesired).toBe(true)
  })

  it('fails when nobody listens there, or nothing comes in time, or the asker gives up', async () => {
    const { server, seen } = await serve(() => undefined)
    const silent = exchange(server, WWW, { timeoutMs: 50 })
    await expect(silent).rejects.toSatisfy((error) => isShoalError(error, 'timeout'))
    const stop = new AbortController()
    const left = exchange(server, WWW, { ...options, signal: stop.signal })
    await expect.poll(() => seen.length).toBe(2)
    stop.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    const nobody = createSocket('udp4')
    nobody.bind(0, '127.0.0.1')
    await once(nobody, 'listening')
    const { port } = nobody.address()
    nobody.close()
    await expect(exchange({ address: '127.0.0.1', port }, WWW, options)).rejects.toSatisfy((error) =>
      isShoalError(error, 'server-unreachable'),
    )
  })

  it('fails when a server that must be asked by TCP closes, or talks of something else there', async () => {
    const closed = await serve((_query, transport) => (transport === 'udp' ? { truncated: true } : undefined))
    await expect(exchange(closed.server, WWW, { timeoutMs: 300 })).rejects.toSatisfy((error) =>
      isShoalError(error, 'timeout'),
    )
    const other = await serve((query, transport) =>
      transport === 'udp' ? { truncated: true } : { ...A, id: query.id ^ 1 },
    )
    await expect(exchange(other.server, WWW, options)).rejects.toSatisfy((error) =>
      isShoalError(error, 'bad-dns-message'),
    )
  })
})

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)

describe.skipIf(!hasIpv6)('a question over IPv6 (skipped without it)', () => {
  it('goes by UDP and by TCP', async () => {
    for (const truncated of [false, true]) {
      const listener = new DnsListener({
        host: '::1',
        port: 0,
        answer: (bytes, { transport }) => {
          const isShort = truncated && transport === 'udp'
          return encodeMessage(
            answerTo(decodeMessage(bytes), isShort ? { truncated } : { authoritative: true, ...A }),
          )
        },
      })
      await listener.start()
      cleanups.push(() => listener.stop())
      const { message, transport } = await exchange({ address: '::1', port: listener.port }, WWW, options)
      expect(message.answers).toHaveLength(1)
      expect(transport).toBe(truncated ? 'tcp' : 'udp')
    }
  })
})

describe('answers that are not ours', () => {
  /** Sends these before the true answer, from the same server. */
  async function serveForged(forge: (query: Message) => Partial<Message>, times = 1) {
    const socket = createSocket('udp4')
    cleanups.push(() => socket.close())
    socket.on('message', (bytes, { port, address }) => {
      const query = decodeMessage(bytes)
      const bad = encodeMessage(
        answerTo(query, { answers: [rr('www.example.com. 60 A 6.6.6.6')], ...forge(query) }),
      )
      for (let i = 0; i < times; i++) socket.send(bad, port, address)
      socket.send(encodeMessage(answerTo(query, { authoritative: true, ...A })), port, address)
    })
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    return { address: '127.0.0.1', port: socket.address().port }
  }

  it.each([
    ['another id', (query: Message) => ({ id: query.id ^ 0x8000 })],
    ['another name', () => ({ questions: [question(Name.parse('www.example.org.'), TYPE.A)] })],
    ['another type', (query: Message) => ({ questions: [{ ...query.questions[0]!, type: TYPE.MX }] })],
    ['another class', (query: Message) => ({ questions: [{ ...query.questions[0]!, class: 3 }] })],
    ['no question', () => ({ questions: [] })],
    ['a query', () => ({ response: false })],
    ['another operation', () => ({ opcode: 4 })],
  ] as const)('are not taken: %s', async (_what, forge) => {
    const server = await serveForged(forge)
    const { message } = await exchange(server, WWW, options)
    expect(message.answers[0]!.data).toEqual({ kind: 'A', address: '192.0.2.1' })
  })

  it('in great number make us use TCP, where guessing does not help', async () => {
    const server = await serveForged((query) => ({ id: query.id ^ 1 }), MAX_MISMATCHES)
    await expect(exchange(server, WWW, options)).rejects.toSatisfy((error) =>
      isShoalError(error, 'server-unreachable'),
    )
  })

  it('from another port never arrive', async () => {
    const stranger = createSocket('udp4')
    cleanups.push(() => stranger.close())
    const server = createSocket('udp4')
    cleanups.push(() => server.close())
    server.on('message', (bytes, { port, address }) => {
      const query = decodeMessage(bytes)
      const forged = answerTo(query, { authoritative: true, answers: [rr('www.example.com. 60 A 6.6.6.6')] })
      const honest = encodeMessage(answerTo(query, { authoritative: true, ...A }))
      // The true one goes out only once the forged one is on its way.
      stranger.send(encodeMessage(forged), port, address, () => server.send(honest, port, address))
    })
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    const { message } = await exchange({ address: '127.0.0.1', port: server.address().port }, WWW, options)
    expect(message.answers[0]!.data).toEqual({ kind: 'A', address: '192.0.2.1' })
  })
})

describe('an answer that cannot be read', () => {
  it('is bad-dns-message, at once', async () => {
    const { server } = await serve((query) =>
      Uint8Array.of(query.id >> 8, query.id & 0xff, 0x80, 0, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 1, 0, 1),
    )
    await expect(exchange(server, WWW, options)).rejects.toSatisfy((error) =>
      isShoalError(error, 'bad-dns-message'),
    )
  })
})

describe('mixedCase', () => {
  it('changes letters alone, and only their case', () => {
    const name = Name.parse('a1-Z.\\200\\[.example.com.')
    for (let seed = 0; seed < 50; seed++) {
      const mixed = mixedCase(name, seededRandom(seed))
      expect(mixed.equals(name)).toBe(true)
      expect(mixed.labels[1]).toEqual(name.labels[1])
    }
  })

  it('is different enough each time', () => {
    const names = Array.from({ length: 100 }, () => mixedCase(WWW.name, systemRandom).toString())
    expect(new Set(names).size).toBeGreaterThan(90)
    expect(makeQuery(WWW, systemRandom, { withEdns: false }).bytes).toHaveLength(12 + 17 + 4)
  })
})
