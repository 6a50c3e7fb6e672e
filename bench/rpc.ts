/**
 * What the link costs: calls and events a second over each kind of link, and beside them what the same port or socket
 * carries raw. Run with `node bench/rpc.ts`.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { isMainThread, MessageChannel, parentPort, Worker, type MessagePort } from 'node:worker_threads'
import { WebSocket, WebSocketServer } from 'ws'
import { ClientLink } from '../src/rpc/client-link.ts'
import { createClient } from '../src/rpc/client.ts'
import { memoryTransports } from '../src/rpc/memory-link.ts'
import { messagePortTransport } from '../src/rpc/message-port-link.ts'
import { RpcServer } from '../src/rpc/server.ts'
import { TEST_TOKEN, testRouter, type TestClient, type TestContract } from '../src/rpc/test-support.ts'
import type { FrameTransport } from '../src/rpc/transport.ts'
import { connectWebSocket } from '../src/rpc/web-socket-client.ts'
import { WebSocketGate } from '../src/rpc/web-socket-server.ts'

const CALLS = 10_000
const EVENTS = 50_000
const IN_FLIGHT = 32
const TEXT = 'x'.repeat(100)

type Order = { is: 'port'; port: MessagePort } | { is: 'raw port'; port: MessagePort } | { is: 'sockets' }

/** The core's side, in a thread of its own. */
function serve(): void {
  const server = new RpcServer(testRouter())
  parentPort!.on('message', (order: Order) => {
    if (order.is === 'port') server.accept(messagePortTransport(order.port))
    else if (order.is === 'raw port') echoOverPort(order.port)
    else
      void Promise.all([serveSocket(server), serveRawSocket()]).then((ports) =>
        parentPort!.postMessage(ports),
      )
  })
}

function echoOverPort(port: MessagePort): void {
  port.on('message', (message) => port.postMessage(message))
}

async function serveSocket(server: RpcServer): Promise<number> {
  const http = createServer()
  const port = (): number => (http.address() as AddressInfo).port
  const host = (): string => `127.0.0.1:${port()}`
  const onTransport = (transport: FrameTransport): void => void server.accept(transport)
  const gate = new WebSocketGate({ token: TEST_TOKEN, path: '/rpc', host, onTransport })
  http.on('upgrade', (request, socket, head) => gate.upgrade(request, socket, head))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return port()
}

async function serveRawSocket(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  server.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => socket.send(data.toString('utf8'))),
  )
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** Runs `count` of `one`, a few at a time; how many a second. */
async function rate(count: number, one: () => Promise<unknown>): Promise<number> {
  let left = count
  const worker = async (): Promise<void> => {
    while (left-- > 0) await one()
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  return (count / (performance.now() - start)) * 1000
}

async function eventRate(client: TestClient): Promise<number> {
  const start = performance.now()
  let seen = 0
  for await (const event of await client.count({ count: EVENTS, padding: 100 }))
    seen += event.padding.length / 100
  return (seen / (performance.now() - start)) * 1000
}

async function measure(name: string, transport: FrameTransport, rawCalls: number | undefined): Promise<void> {
  const link = new ClientLink(transport)
  await link.opened
  const client = createClient<TestContract>(link)
  const call = (): Promise<unknown> => client.echo({ text: TEXT })
  await rate(CALLS / 5, call)
  const calls = await rate(CALLS, call)
  const events = await eventRate(client)
  const ratio = rawCalls === undefined ? '' : `, ${(rawCalls / calls).toFixed(1)} raw round trips to a call`
  console.log(`${name}: ${Math.round(calls)} calls/s, ${Math.round(events)} events/s${ratio}`)
  link.close()
}

/** Round trips of bare text, first in first out. */
async function rawRate(
  send: (text: string) => void,
  onText: (listener: () => void) => void,
): Promise<number> {
  const waiting: (() => void)[] = []
  onText(() => waiting.shift()?.())
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve)
      send(TEXT)
    })
  await rate(CALLS / 5, one)
  return rate(CALLS, one)
}

async function main(): Promise<void> {
  const [ours, theirs] = memoryTransports()
  new RpcServer(testRouter()).accept(theirs)
  await measure('memory, one thread', ours, undefined)

  const worker = new Worker(new URL(import.meta.url))
  const raw = new MessageChannel()
  worker.postMessage({ is: 'raw port', port: raw.port2 } satisfies Order, [raw.port2])
  const rawPort = await rawRate(
    (text) => raw.port1.postMessage(text),
    (listener) => raw.port1.on('message', listener),
  )
  const { port1, port2 } = new MessageChannel()
  worker.postMessage({ is: 'port', port: port2 } satisfies Order, [port2])
  await measure('message port to a worker', messagePortTransport(port1), rawPort)

  worker.postMessage({ is: 'sockets' } satisfies Order)
  const [[port, rawSocketPort]] = (await once(worker, 'message')) as [[number, number]]
  const socket = new WebSocket(`ws://127.0.0.1:${rawSocketPort}`)
  await once(socket, 'open')
  const rawSocket = await rawRate(
    (text) => socket.send(text),
    (listener) => socket.on('message', listener),
  )
  const transport = await connectWebSocket({ url: `ws://127.0.0.1:${port}/rpc`, token: TEST_TOKEN })
  await measure('web socket to a worker', transport, rawSocket)
  process.exit(0)
}

if (isMainThread) await main()
else serve()
