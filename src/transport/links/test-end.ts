/**
 * For tests: one end of a connection in a process of its own, behind the link given. Told by its parent what to do, it says
 * what came of it.
 */
import { createServer, connect, type Socket } from 'node:net'
import { createServer as createTlsServer, connect as connectTls } from 'node:tls'
import { createServer as createHttpServer, get } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { systemClock } from '../../base/index.ts'
import { shapeProcess } from './shape-process.ts'
import type { LinkSpec } from './types.ts'

export type Order =
  | { do: 'listen'; kind: Kind; link: LinkSpec; send: number; key?: string; cert?: string }
  | { do: 'fetch'; kind: Kind; link: LinkSpec; ports: readonly number[]; send: number }
export type Kind = 'tcp' | 'tls' | 'http'
export type Told =
  | { is: 'listening'; port: number }
  | { is: 'fetched'; bytes: number; seconds: number; answerSeconds: number; sent: number; received: number }
  | { is: 'counters'; sent: number; received: number; written: number }

/** Sends so many bytes as fast as the socket takes them, and ends its side. */
function pour(socket: Socket, bytes: number): void {
  const block = new Uint8Array(64 * 1024)
  let left = bytes
  const more = (): void => {
    while (left > 0) {
      const part = block.subarray(0, Math.min(left, block.length))
      left -= part.length
      written += part.length
      if (!socket.write(part)) return void socket.once('drain', more)
    }
    socket.end()
  }
  socket.on('error', () => {})
  more()
}

/** Node passes it on; its types know it for plain sockets only. */
const HALF_OPEN = { allowHalfOpen: true } as object

let written = 0

async function listen(order: Extract<Order, { do: 'listen' }>): Promise<void> {
  const link = shapeProcess(order.link, systemClock)
  const handle = (socket: Socket): void => {
    socket.resume()
    pour(socket, order.send)
  }
  const server =
    order.kind === 'tcp'
      ? createServer({ allowHalfOpen: true }, handle)
      : order.kind === 'tls'
        ? createTlsServer({ key: order.key!, cert: order.cert!, allowHalfOpen: true }, handle)
        : createHttpServer((_request, response) => {
            response.writeHead(200, { 'content-length': order.send })
            const block = new Uint8Array(64 * 1024)
            let left = order.send
            const more = (): void => {
              while (left > 0) {
                const part = block.subarray(0, Math.min(left, block.length))
                left -= part.length
                if (!response.write(part)) return void response.once('drain', more)
              }
              response.end()
            }
            more()
          })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  tell({ is: 'listening', port: (server.address() as AddressInfo).port })
  process.on('message', (message) => {
    if (message === 'counters') tell({ is: 'counters', ...link.counters(), written })
  })
}

async function fetchAll({ kind, link: spec, ports, send }: Extract<Order, { do: 'fetch' }>): Promise<void> {
  const link = shapeProcess(spec, systemClock)
  const begun = performance.now()
  let answerSeconds = 0
  const counts = await Promise.all(
    ports.map(async (port) => {
      const stream: Readable =
        kind === 'http'
          ? await new Promise<Readable>((resolve) => void get({ port, host: '127.0.0.1' }, resolve))
          : kind === 'tls'
            ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...HALF_OPEN })
            : connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      let bytes = 0
      stream.once('data', () => (answerSeconds ||= (performance.now() - begun) / 1000))
      stream.on('data', (data: Uint8Array) => (bytes += data.length))
      if (kind !== 'http') pour(stream as Socket, send)
      await once(stream, 'end')
      return bytes
    }),
  )
  const bytes = counts.reduce((sum, count) => sum + count, 0)
  tell({
    is: 'fetched',
    bytes,
    seconds: (performance.now() - begun) / 1000,
    answerSeconds,
    ...link.counters(),
  })
}

function tell(told: Told): void {
  process.send!(told)
}

process.once('message', (order: Order) => void (order.do === 'listen' ? listen(order) : fetchAll(order)))
process.once('disconnect', () => process.exit())
