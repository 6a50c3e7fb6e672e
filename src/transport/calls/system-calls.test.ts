import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { fromUtf8, utf8 } from '../../base/index.ts'
import type { Endpoint } from '../demux/index.ts'
import { formatIp, parseIp } from '../segments/index.ts'
import { platformNumbers } from './platform.ts'
import { decodeSockaddr, encodeSockaddr } from './sockaddr.ts'
import { systemCalls } from './system-calls.ts'
import type { CallResult, SocketCalls, SocketType } from './types.ts'

const calls = systemCalls() as SocketCalls
const LOOPBACK: Endpoint = { address: parseIp('127.0.0.1'), port: 0 }

const opened: number[] = []
afterEach(() => {
  for (const sockfd of opened.splice(0)) calls.close(sockfd)
})

function must<T>(result: CallResult<T>): T {
  expect(result).toMatchObject({ is: 'done' })
  return (result as { value: T }).value
}

/** Makes a call until it no longer would block: what the other end does takes a moment. */
async function until<T>(call: () => CallResult<T>): Promise<CallResult<T>> {
  for (;;) {
    const result = call()
    if (result.is !== 'would-block') return result
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function make(type: SocketType, domain: 'PF_INET' | 'PF_INET6' = 'PF_INET'): number {
  const sockfd = must(calls.socket(domain, type, 0))
  opened.push(sockfd)
  return sockfd
}

function listening(backlog = 5): { sockfd: number; address: Endpoint } {
  const sockfd = make('SOCK_STREAM')
  must(calls.bind(sockfd, LOOPBACK))
  must(calls.listen(sockfd, backlog))
  return { sockfd, address: must(calls.getsockname(sockfd)) }
}

describe('the system’s own socket calls', () => {
  it('hold a conversation over TCP with Node at the other end', async () => {
    const { sockfd, address } = listening()
    expect(calls.accept(sockfd)).toEqual({ is: 'would-block' })
    const client = connect({ host: '127.0.0.1', port: address.port }).setEncoding('utf8')
    await once(client, 'connect')
    const accepted = must(await until(() => calls.accept(sockfd)))
    opened.push(accepted.sockfd)
    expect(accepted.peer).toEqual({ address: LOOPBACK.address, port: client.localPort })
    expect(calls.read(accepted.sockfd, 10)).toEqual({ is: 'would-block' })
    client.write('hello')
    const got = must(await until(() => calls.read(accepted.sockfd, 3)))
    expect(fromUtf8(got)).toBe('hel')
    expect(fromUtf8(must(calls.read(accepted.sockfd, 10)))).toBe('lo')
    expect(must(calls.write(accepted.sockfd, utf8('bye')))).toBe(3)
    expect(await once(client, 'data')).toEqual(['bye'])
    client.end()
    expect(must(await until(() => calls.read(accepted.sockfd, 10)))).toHaveLength(0)
  })

  it('connect to a server, which sees the port the kernel chose', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const sockfd = make('SOCK_STREAM')
    const arrived = once(server, 'connection') as Promise<[Socket]>
    const first = calls.connect(sockfd, { ...LOOPBACK, port })
    expect(['done', 'would-block']).toContain(first.is)
    must(await until(() => calls.connected(sockfd)))
    const [accepted] = await arrived
    expect(must(calls.getsockname(sockfd)).port).toBe(accepted.remotePort)
    expect(must(calls.getpeername(sockfd)).port).toBe(port)
    accepted.destroy()
    server.close()
  })

  it('exchange datagrams with Node over IPv6, each whole or cut to the room there is', async () => {
    const other = createSocket('udp6')
    other.bind(0, '::1')
    await once(other, 'listening')
    const to = { address: parseIp('::1'), port: other.address().port }
    const sockfd = make('SOCK_DGRAM', 'PF_INET6')
    expect(must(calls.sendto(sockfd, utf8('question'), to))).toBe(8)
    const [question, from] = (await once(other, 'message')) as [Buffer, { port: number; address: string }]
    expect(question.toString()).toBe('question')
    expect(must(calls.getsockname(sockfd)).port).toBe(from.port)
    other.send('answer', from.port, from.address)
    const answer = must(await until(() => calls.recvfrom(sockfd, 3)))
    expect(fromUtf8(answer.bytes)).toBe('ans')
    expect(formatIp(answer.from.address)).toBe('::1')
    expect(calls.recvfrom(sockfd, 10)).toEqual({ is: 'would-block' })
    other.close()
  })

  it('say how they fail, by name', async () => {
    const { sockfd, address } = listening()
    const second = make('SOCK_STREAM')
    expect(calls.bind(second, address)).toEqual({ is: 'failed', errno: 'EADDRINUSE' })
    expect(calls.listen(make('SOCK_DGRAM'), 1)).toEqual({ is: 'failed', errno: 'EOPNOTSUPP' })
    expect(calls.write(second, utf8('x')).is).toBe('failed')
    expect(calls.socket('PF_INET', 'SOCK_STREAM', 17).is).toBe('failed')
    const big = calls.sendto(make('SOCK_DGRAM'), new Uint8Array(65_508), { ...address, port: 9 })
    expect(big).toEqual({ is: 'failed', errno: 'EMSGSIZE' })
    calls.close(opened.splice(opened.indexOf(sockfd), 1)[0]!)
    const third = make('SOCK_STREAM')
    const refused = calls.connect(third, address)
    const outcome = refused.is === 'would-block' ? await until(() => calls.connected(third)) : refused
    expect(outcome).toEqual({ is: 'failed', errno: 'ECONNREFUSED' })
    expect(calls.close(1_000_000)).toEqual({ is: 'failed', errno: 'EBADF' })
  })
})

describe('socket addresses', () => {
  const endpoint = { address: parseIp('192.0.2.1'), port: 0x1234 }

  it('have the layout of each system', () => {
    expect([...encodeSockaddr(endpoint, platformNumbers('linux')!)].slice(0, 8)).toEqual([
      2, 0, 0x12, 0x34, 192, 0, 2, 1,
    ])
    expect([...encodeSockaddr(endpoint, platformNumbers('darwin')!)].slice(0, 4)).toEqual([16, 2, 0x12, 0x34])
    const six = { address: parseIp('2001:db8::1'), port: 80 }
    expect([...encodeSockaddr(six, platformNumbers('win32')!)].slice(0, 9)).toEqual([
      23, 0, 0, 80, 0, 0, 0, 0, 0x20,
    ])
  })

  it.each(['linux', 'darwin', 'win32'] as const)('come out as they went in on %s', (platform) => {
    const numbers = platformNumbers(platform)!
    for (const each of [endpoint, { address: parseIp('fe80::1'), port: 65_535 }])
      expect(decodeSockaddr(encodeSockaddr(each, numbers), numbers)).toEqual(each)
  })
})
