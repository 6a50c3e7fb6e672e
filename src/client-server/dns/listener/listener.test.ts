import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { isShoalError, VirtualClock } from '../../../base/index.ts'
import { frame, FrameReader } from './frames.ts'
import { IDLE_TIMEOUT_MS, MAX_CONNECTIONS_PER_ADDRESS, MAX_PIPELINED, MAX_QUERY_BYTES } from './limits.ts'
import type { Answer } from './answer.ts'
import { DnsListener, type DnsListenerInit } from './listener.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup()
})

const echo: Answer = (query) => query
const letters = (text: string): Uint8Array => new TextEncoder().encode(text)

async function listen(answer: Answer, init: Partial<DnsListenerInit> = {}): Promise<DnsListener> {
  const listener = new DnsListener({ host: '127.0.0.1', port: 0, answer, ...init })
  await listener.start()
  cleanups.push(() => listener.stop())
  return listener
}

async function dial(listener: DnsListener, allowHalfOpen = false): Promise<Socket> {
  const socket = connect({ host: listener.host, port: listener.port, allowHalfOpen, noDelay: true })
  cleanups.push(() => socket.destroy())
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/** The next `count` messages of a connection, as text. */
async function messages(socket: Socket, count: number): Promise<string[]> {
  const reader = new FrameReader()
  const got: string[] = []
  for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
    got.push(...reader.push(bytes as Buffer)!.map((one) => new TextDecoder().decode(one)))
    if (got.length >= count) return got
  }
  return got
}

async function askUdp(listener: DnsListener, ...queries: Uint8Array[]): Promise<string> {
  const socket = createSocket('udp4')
  cleanups.push(() => socket.close())
  const answered = once(socket, 'message')
  for (const query of queries) socket.send(query, listener.port, listener.host)
  const [reply] = (await answered) as [Buffer]
  return reply.toString()
}

describe('DnsListener', () => {
  it('listens for UDP and TCP on one free port, and says who asks and how', async () => {
    const seen: string[] = []
    const listener = await listen((query, client) => {
      seen.push(`${client.transport} ${client.address}`)
      return query
    })
    expect(listener.port).toBeGreaterThan(0)
    expect(await askUdp(listener, letters('by datagram'))).toBe('by datagram')
    const socket = await dial(listener)
    socket.write(frame(letters('by stream')))
    expect(await messages(socket, 1)).toEqual(['by stream'])
    expect(seen).toEqual(['udp 127.0.0.1', 'tcp 127.0.0.1'])
  })

  it('puts queries together that arrive one octet at a time, and takes apart those that arrive at once', async () => {
    const listener = await listen(echo)
    const slow = await dial(listener)
    for (const byte of frame(letters('drop by drop'))) {
      slow.write(Uint8Array.of(byte))
      await new Promise(setImmediate)
    }
    expect(await messages(slow, 1)).toEqual(['drop by drop'])
    const quick = await dial(listener)
    quick.write(Buffer.concat(['one', 'two', 'three'].map((text) => frame(letters(text)))))
    expect(await messages(quick, 3)).toEqual(['one', 'two', 'three'])
  })

  it('answers pipelined queries as they become ready, not in turn', async () => {
    let finishSlow = (): void => {}
    const listener = await listen((query) => {
      if (query[0] !== 's'.charCodeAt(0)) return query
      return new Promise((resolve) => (finishSlow = () => resolve(query)))
    })
    const socket = await dial(listener)
    socket.write(Buffer.concat([frame(letters('slow')), frame(letters('quick'))]))
    expect(await messages(socket, 1)).toEqual(['quick'])
    finishSlow()
    expect(await messages(socket, 1)).toEqual(['slow'])
  })

  it('begins no more queries of one connection than allowed, and does all of them in the end', async () => {
    const total = 3 * MAX_PIPELINED
    let open = 0
    let most = 0
    const listener = await listen(async (query) => {
      most = Math.max(most, ++open)
      await new Promise(setImmediate)
      open--
      return query
    })
    const socket = await dial(listener)
    socket.write(Buffer.concat(Array.from({ length: total }, () => frame(letters('x')))))
    expect(await messages(socket, total)).toHaveLength(total)
    expect(most).toBe(MAX_PIPELINED)
  })

  it('still answers a client that has said its last', async () => {
    let finish = (): void => {}
    const asked = Promise.withResolvers<void>()
    const listener = await listen((query) => {
      asked.resolve()
      return new Promise((resolve) => (finish = () => resolve(query)))
    })
    const socket = await dial(listener, true)
    socket.end(frame(letters('goodbye')))
    await asked.promise
    finish()
    expect(await messages(socket, 2)).toEqual(['goodbye'])
  })

  it('closes a connection that announces a query longer than any', async () => {
    const listener = await listen(echo)
    const socket = await dial(listener)
    socket.write(Uint8Array.of((MAX_QUERY_BYTES + 1) >> 8, (MAX_QUERY_BYTES + 1) & 0xff))
    expect(await messages(socket, 1)).toEqual([])
  })

  it('closes a connection that stays idle, or sends no more than a beginning', async () => {
    const clock = new VirtualClock()
    const seen = Promise.withResolvers<void>()
    const listener = await listen(
      (query) => {
        seen.resolve()
        return query
      },
      { clock },
    )
    const socket = await dial(listener)
    socket.write(Buffer.concat([frame(letters('x')), Uint8Array.of(0)]))
    await seen.promise
    expect(await messages(socket, 1)).toEqual(['x'])
    clock.advance(IDLE_TIMEOUT_MS - 1)
    expect(socket.destroyed).toBe(false)
    clock.advance(1)
    expect(await messages(socket, 1)).toEqual([])
  })

  it('keeps few connections of one address', async () => {
    const listener = await listen(echo)
    const sockets = []
    for (let i = 0; i <= MAX_CONNECTIONS_PER_ADDRESS; i++) sockets.push(await dial(listener))
    const last = sockets.pop()!
    expect(await messages(last, 1)).toEqual([])
    sockets[0]!.write(frame(letters('still here')))
    expect(await messages(sockets[0]!, 1)).toEqual(['still here'])
  })

  it('survives answers that fail at once or later, and tells of them', async () => {
    const faults: unknown[] = []
    const listener = await listen(
      (query) => {
        if (query[0] === 1) throw new Error('at once')
        return query[0] === 2 ? Promise.reject(new Error('later')) : query
      },
      { onFault: (error) => faults.push((error as Error).message) },
    )
    expect(await askUdp(listener, Uint8Array.of(1), Uint8Array.of(2), letters('fine'))).toBe('fine')
    const socket = await dial(listener)
    socket.write(Buffer.concat([frame(Uint8Array.of(1)), frame(Uint8Array.of(2)), frame(letters('fine'))]))
    expect(await messages(socket, 1)).toEqual(['fine'])
    await expect.poll(() => faults).toEqual(['at once', 'later', 'at once', 'later'])
  })

  it('leaves datagrams that are too long, and queries it has no answer to, unanswered', async () => {
    const listener = await listen((query) => (query[0] === 0 ? undefined : query))
    expect(
      await askUdp(listener, new Uint8Array(MAX_QUERY_BYTES + 1).fill(65), Uint8Array.of(0), letters('me')),
    ).toBe('me')
  })

  it('says in which way a port cannot be had', async () => {
    const listener = await listen(echo)
    await expect(listen(echo, { port: listener.port })).rejects.toSatisfy((e) =>
      isShoalError(e, 'port-taken'),
    )
    await expect(listen(echo, { host: '192.0.2.1' })).rejects.toSatisfy((e) => isShoalError(e, 'bad-address'))
  })

  it('frees both ports when it stops', async () => {
    const first = await listen(echo)
    const { port } = first
    await dial(first)
    await first.stop()
    const second = await listen(echo, { port })
    expect(await askUdp(second, letters('again'))).toBe('again')
  })
})

describe('FrameReader', () => {
  it('gives back what was framed, wherever the stream is cut', () => {
    const texts = ['', 'a', 'bc'.repeat(300), 'd']
    const stream = Buffer.concat(texts.map((text) => frame(letters(text))))
    for (let cut = 0; cut <= stream.length; cut++) {
      const reader = new FrameReader()
      const all = [...reader.push(stream.subarray(0, cut))!, ...reader.push(stream.subarray(cut))!]
      expect(all.map((one) => Buffer.from(one).toString())).toEqual(texts)
      expect(reader.isBetween).toBe(true)
    }
  })

  it('refuses to write what has no length on the wire', () => {
    expect(frame(new Uint8Array(65_535))).toHaveLength(65_537)
    expect(() => frame(new Uint8Array(65_536))).toThrow(RangeError)
  })
})
