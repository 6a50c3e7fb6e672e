/** A small contract, its router, and every kind of link to serve it over: for this folder's tests and for the bench. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { MessageChannel } from 'node:worker_threads'
import { eventIterator, oc, type ContractRouterClient } from '@orpc/contract'
import { implement } from '@orpc/server'
import { z } from 'zod'
import { ERROR_CODES, ShoalError, type ErrorCode } from '../base/errors.ts'
import { ClientLink } from './client-link.ts'
import { createClient } from './client.ts'
import { memoryTransports } from './memory-link.ts'
import { messagePortTransport } from './message-port-link.ts'
import { RpcServer, type RpcServerOptions } from './server.ts'
import type { FrameTransport } from './transport.ts'
import { connectWebSocket } from './web-socket-client.ts'
import { WebSocketGate } from './web-socket-server.ts'

const problem = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
})
const base = oc.errors({ SHOAL: { status: 400, data: problem } })

export const testContract = {
  echo: base.input(z.object({ text: z.string().max(1_000_000) })).output(z.object({ text: z.string() })),
  fail: base.input(z.object({ how: z.enum(['shoal', 'abort', 'bug', 'output', 'stream']) })).output(z.void()),
  /** Never answers; counts who waits. */
  hang: base.output(z.void()),
  /** Numbers from 0, without end or up to `count`; then fails if told to. */
  count: base
    .input(
      z.object({
        count: z.number().optional(),
        padding: z.number().default(0),
        fail: z.boolean().default(false),
      }),
    )
    .output(eventIterator(z.object({ n: z.number(), padding: z.string() }))),
  group: { big: base.input(z.object({ chars: z.number() })).output(z.string()) },
}
export type TestContract = typeof testContract
export type TestClient = ContractRouterClient<TestContract>

/** What the router did, for assertions. */
export interface Seen {
  produced: number
  hanging: number
  openIterators: number
}

export function testRouter(seen: Seen = { produced: 0, hanging: 0, openIterators: 0 }) {
  const os = implement(testContract)
  return os.router({
    echo: os.echo.handler(({ input }) => input),
    fail: os.fail.handler(({ input }) => fail(input.how)),
    hang: os.hang.handler(({ signal }) => {
      seen.hanging++
      return new Promise<void>((_, reject) =>
        signal?.addEventListener('abort', () => {
          seen.hanging--
          reject(signal.reason)
        }),
      )
    }),
    count: os.count.handler(async function* ({ input }) {
      seen.openIterators++
      const padding = 'x'.repeat(input.padding)
      try {
        for (let n = 0; input.count === undefined || n < input.count; n++) {
          seen.produced++
          yield { n, padding }
        }
        if (input.fail) throw new ShoalError('disk-full', 'no room for more numbers', { data: { free: 0 } })
      } finally {
        seen.openIterators--
      }
    }),
    group: { big: os.group.big.handler(({ input }) => 'y'.repeat(input.chars)) },
  })
}

function fail(how: string): void {
  if (how === 'shoal')
    throw new ShoalError('bad-link', 'not a link', { data: { at: 3, odd: undefined, huge: Infinity } })
  if (how === 'abort') throw new DOMException('stopped', 'AbortError')
  if (how === 'bug') throw new TypeError('x is not a function')
}

export type LinkKind = 'memory' | 'message port' | 'web socket'
export const LINK_KINDS: readonly LinkKind[] = ['memory', 'message port', 'web socket']

/** A server reachable over one kind of link. */
export interface Served {
  server: RpcServer
  /** Where, of a web socket. */
  url?: string
  /** A bare transport to it, for saying what no client would. */
  connect(): Promise<FrameTransport>
  close(): Promise<void>
}

export async function serveOver(
  kind: LinkKind,
  options: RpcServerOptions = {},
  seen?: Seen,
): Promise<Served> {
  const server = new RpcServer(testRouter(seen), options)
  if (kind === 'memory') return { server, ...overPairs(server, memoryTransports) }
  if (kind === 'message port') return { server, ...overPairs(server, portTransports) }
  return overWebSocket(server)
}

/** A worker's port and ours, in one thread: the same structured clones and queues. */
function portTransports(): [FrameTransport, FrameTransport] {
  const { port1, port2 } = new MessageChannel()
  return [messagePortTransport(port1), messagePortTransport(port2)]
}

function overPairs(server: RpcServer, pair: () => [FrameTransport, FrameTransport]): Omit<Served, 'server'> {
  return {
    async connect() {
      const [ours, theirs] = pair()
      server.accept(theirs)
      return ours
    },
    close: async () => server.close(),
  }
}

export const TEST_TOKEN = 'a-token_of.our~own'

async function overWebSocket(server: RpcServer): Promise<Served> {
  const http = createServer()
  const host = (): string => `127.0.0.1:${(http.address() as AddressInfo).port}`
  const onTransport = (transport: FrameTransport): void => void server.accept(transport)
  const gate = new WebSocketGate({ token: TEST_TOKEN, path: '/rpc', host, onTransport })
  http.on('upgrade', (request, socket, head) => gate.upgrade(request, socket, head))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  return {
    server,
    url: `ws://${host()}/rpc`,
    connect: () => connectWebSocket({ url: `ws://${host()}/rpc`, token: TEST_TOKEN }),
    async close() {
      server.close()
      gate.close()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

/** A typed client and its link. */
export async function clientOf(served: Served): Promise<{ client: TestClient; link: ClientLink }> {
  const link = new ClientLink(await served.connect())
  await link.opened
  return { client: createClient<TestContract>(link), link }
}

export const isCode =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    error instanceof ShoalError && error.code === code
