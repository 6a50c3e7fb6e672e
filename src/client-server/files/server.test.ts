import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { testBytes } from '../../content/test-shares.ts'
import { createMemoryFile } from '../../store/index.ts'
import { configureServer, networkAddress, serverOptions, type ServerLimits } from './server.ts'
import { ask, serve } from './test-server.ts'

/** So that nothing else ends a connection. */
const NO_TIMEOUTS = { headersTimeout: 0, requestTimeout: 0 }

async function listen(options = {}, limits: Partial<ServerLimits> = {}) {
  const server = createServer(serverOptions(options), (_request, response) => void response.end('ok'))
  const configured = configureServer(server, limits)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => configured.shutdown(0))
  return { server, configured, port: (server.address() as AddressInfo).port }
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  onTestFinished(() => void socket.destroy())
  return socket
}

describe('a server for strangers', () => {
  it('ends a connection whose request never becomes complete, and answers others meanwhile', async () => {
    const { port } = await listen({
      headersTimeout: 100,
      requestTimeout: 200,
      connectionsCheckingInterval: 20,
    })
    const slow = await open(port)
    const closed = once(slow, 'close')
    let answer = ''
    slow.on('data', (bytes: Buffer) => (answer += bytes.toString()))
    slow.write('GET / HTTP/1.1\r\nHost: x\r\nX: ')
    expect((await ask({ port }, '/')).body.toString()).toBe('ok')
    await closed
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('ends a connection that says nothing at all', async () => {
    const { port } = await listen(NO_TIMEOUTS, { stalledMs: 50 })
    const silent = await open(port)
    silent.resume()
    await once(silent, 'close')
  })

  it('takes only so many connections from one address, and more when some have gone', async () => {
    const { port } = await listen(NO_TIMEOUTS, { maxConnectionsPerAddress: 3 })
    const first = await open(port)
    await open(port)
    await open(port)
    const fourth = await open(port)
    fourth.resume()
    await once(fourth, 'close')
    first.destroy()
    await vi.waitFor(async () => expect((await ask({ port }, '/')).status).toBe(200))
  })

  it('stops when transfers have ended, and not before', async () => {
    const share = await createMemoryFile('f.bin', testBytes(20_000_000))
    const server = await serve([share])
    const socket = await open(server.port)
    socket.write(`GET /b/${share.cid.toString()} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await once(socket, 'readable')
    const stopped = server.configured.shutdown(60_000)
    let bytes = 0
    socket.on('data', (piece: Buffer) => (bytes += piece.length))
    await once(socket, 'close')
    await stopped
    expect(bytes).toBeGreaterThan(20_000_000)
    await expect(ask(server, '/')).rejects.toThrow()
  })

  it('gives each of many slow clients its own bytes', async () => {
    // Large enough that its chunks are read straight into memory that is used again.
    const bytes = testBytes(40_000_000)
    const share = await createMemoryFile('f.bin', bytes)
    const server = await serve([share])
    const sockets = await Promise.all(Array.from({ length: 4 }, () => open(server.port)))
    for (const [i, socket] of sockets.entries()) {
      socket.pause()
      const range = `Range: bytes=${i * 100_000}-${i * 100_000 + 15_999_999}`
      socket.write(
        `GET /b/${share.cid.toString()} HTTP/1.1\r\nHost: x\r\n${range}\r\nConnection: close\r\n\r\n`,
      )
    }
    // Nobody reads yet: each transfer has filled what it may, and others have used the same memory.
    await Promise.all(sockets.map((socket) => once(socket, 'readable')))
    const bodies = await Promise.all(
      sockets.map(async (socket) => {
        const pieces: Buffer[] = []
        for await (const piece of socket as AsyncIterable<Buffer>) pieces.push(piece)
        const all = Buffer.concat(pieces)
        return all.subarray(all.indexOf('\r\n\r\n') + 4)
      }),
    )
    for (const [i, body] of bodies.entries())
      expect(body.equals(bytes.subarray(i * 100_000, i * 100_000 + 16_000_000))).toBe(true)
  })

  it('ends transfers that take longer than the grace it was given', async () => {
    const share = await createMemoryFile('f.bin', testBytes(20_000_000))
    const server = await serve([share])
    const socket = await open(server.port)
    socket.write(`GET /b/${share.cid.toString()} HTTP/1.1\r\nHost: x\r\n\r\n`)
    await once(socket, 'readable')
    await server.configured.shutdown(10)
  })
})

describe('the address that limits count by', () => {
  it.each([
    ['192.168.0.7', '192.168.0.7'],
    ['::ffff:192.168.0.7', '192.168.0.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8:1:2::9', '2001:db8:1:2::'],
    ['2001:db8::9', '2001:db8::'],
    ['::1', '::'],
    ['fe80::1%eth0', 'fe80::'],
    [undefined, 'unknown'],
  ])('of %s is %s', (address, expected) => {
    expect(networkAddress(address)).toBe(expected)
  })
})
