/** For tests: a real server on a free port with shares in memory, and plain ways to ask it. Not part of `index.ts`. */
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { onTestFinished } from 'vitest'
import { silentLogger, systemClock } from '../../base/index.ts'
import type { StoredShare } from '../../store/index.ts'
import { createFilesHandler } from './handler.ts'
import { configureServer, serverOptions, type ConfiguredServer } from './server.ts'
import type { FilesInit, ServedShare } from './types.ts'

export interface TestServer {
  readonly origin: string
  readonly port: number
  readonly server: Server
  readonly configured: ConfiguredServer
  readonly shares: ServedShare[]
}

/** Serves shares until the test ends. */
export async function serve(
  stored: readonly StoredShare[],
  options: Partial<FilesInit> & { openly?: boolean; short?: string } = {},
): Promise<TestServer> {
  const { openly = false, short, ...init } = options
  const shares = stored.map((share) => ({ cid: share.cid, stored: share, title: undefined, openly, short }))
  const handler = createFilesHandler({
    shares: () => shares,
    name: () => 'Minji',
    clock: systemClock,
    log: silentLogger,
    ...init,
  })
  const server = createServer(serverOptions(), handler)
  const configured = configureServer(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => configured.shutdown(0))
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, port, server, configured, shares }
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One request on a connection of its own; `target` goes out as it is. */
export async function ask(
  { port }: Pick<TestServer, 'port'>,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Reply> {
  const out = request({ host: '127.0.0.1', port, path: target, method, headers, agent: false })
  out.end()
  const [response] = await once(out, 'response')
  const pieces: Buffer[] = []
  for await (const piece of response) pieces.push(piece)
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces) }
}

/** Sends bytes as they are and gives back all that comes until the server closes, or `until` is seen. */
export async function raw(
  { port }: Pick<TestServer, 'port'>,
  text: string | Buffer,
  until?: string,
): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text)
  let answer = ''
  for await (const piece of socket) {
    answer += (piece as Buffer).toString('latin1')
    if (until !== undefined && answer.includes(until)) break
  }
  socket.destroy()
  return answer
}
