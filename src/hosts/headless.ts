import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  Cleanup,
  contentDisposition,
  errorMessage,
  ShoalError,
  systemRandom,
  type Logger,
  type Random,
} from '../base/index.ts'
import { RpcServer } from '../rpc/index.ts'
import { isOwnOrigin, tokenMatches, WebSocketGate } from '../rpc/web-socket-server.ts'
import { removeCoreFile, writeCoreFile } from './core-file.ts'
import type { HostedCore } from './hosted-core.ts'
import { HEADERS_TIMEOUT_MS, MAX_CONNECTIONS, MAX_UPLOAD_BYTES, TOKEN_BYTES } from './limits.ts'
import { StaticFiles } from './static-files.ts'
import { uploadTarget, UploadRequests } from './upload-requests.ts'

export interface HeadlessOptions {
  core: HostedCore
  home: string
  version: string
  log: Logger
  /** The built page; without it only the contract is served. */
  rendererDir?: string | undefined
  random?: Random
  /** Any free one by default. */
  port?: number
  /** Bytes of one uploaded file. */
  maxUploadBytes?: number
}

/** Where a file made for the page is fetched: whoever has the ticket was let in by the token before. */
const HANDOUT_PATH = /^\/handout\/([\w-]{1,64})$/

/** Where the WebSocket of the contract is. */
export const RPC_PATH = '/rpc'

/**
 * A core behind HTTP on 127.0.0.1: the page, the contract over a WebSocket, uploads, files to save. Whoever cannot read `core.json`
 * or the printed URL gets the page's files and nothing else.
 */
export class HeadlessHost {
  readonly #options: HeadlessOptions
  readonly #rpc: RpcServer
  readonly #uploads: UploadRequests
  readonly #token: string
  readonly #server: Server
  readonly #gate: WebSocketGate
  readonly #cleanup = new Cleanup()
  #files: StaticFiles | undefined

  constructor(options: HeadlessOptions) {
    this.#options = options
    this.#rpc = new RpcServer(options.core.router, { log: options.log })
    this.#uploads = new UploadRequests(options.core.uploads, options.maxUploadBytes ?? MAX_UPLOAD_BYTES)
    this.#token = base64Url((options.random ?? systemRandom).bytes(TOKEN_BYTES))
    this.#gate = new WebSocketGate({
      token: this.#token,
      path: RPC_PATH,
      host: () => this.#host,
      onTransport: (transport) => void this.#rpc.accept(transport),
    })
    this.#server = createServer((request, response) => this.#handle(request, response))
    this.#server.headersTimeout = HEADERS_TIMEOUT_MS
    // A large upload takes its time; one that stands still is cut by its own timer.
    this.#server.requestTimeout = 0
    this.#server.maxConnections = MAX_CONNECTIONS
    this.#server.on('upgrade', (request, socket, head) => this.#gate.upgrade(request, socket, head))
    this.#server.on('clientError', (_error, socket) => socket.destroy())
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** The page's address. The token is in the fragment: browsers send it to nobody, and it is in no log. */
  get url(): string {
    return `http://${this.#host}/#token=${this.#token}`
  }

  get token(): string {
    return this.#token
  }

  /** Serves the contract over this host's own links too (a port, memory). */
  get rpc(): RpcServer {
    return this.#rpc
  }

  /** Listens, then says where in `core.json`. */
  async start(): Promise<void> {
    const { home, version, rendererDir, port = 0 } = this.#options
    this.#files = await StaticFiles.of(rendererDir)
    this.#cleanup.add(() => this.#closeServer())
    await listen(this.#server, port)
    await writeCoreFile(home, {
      pid: process.pid,
      port: this.port,
      token: this.#token,
      url: this.url,
      version,
    })
    this.#cleanup.add(() => removeCoreFile(home, this.#token))
  }

  /** Withdraws `core.json`, then ends every connection. */
  stop(): Promise<void> {
    return this.#cleanup.run()
  }

  get #host(): string {
    return `127.0.0.1:${this.port}`
  }

  async #closeServer(): Promise<void> {
    this.#rpc.close()
    this.#gate.close()
    this.#server.closeAllConnections()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    // Whatever goes wrong while a stranger's request is read ends that request.
    request.on('error', () => {})
    response.on('error', () => {})
    this.#route(request, response).catch((error: unknown) => {
      this.#options.log.error('a request failed', { error: errorMessage(error) })
      response.destroy()
    })
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#setHeaders(response)
    const { method = '', headers } = request
    // A name re-bound to this address, or another site's script: not ours, whatever they ask.
    if (headers.host !== this.#host) return answer(response, 421)
    if (!isOwnOrigin(headers.origin, this.#host)) return answer(response, 403)
    const pathname = (request.url ?? '').split('?', 1)[0]!
    const isRead = method === 'GET' || method === 'HEAD'
    if (isRead && this.#files!.has(pathname)) return this.#files!.send(pathname, response, method)
    const ticket = method === 'GET' ? HANDOUT_PATH.exec(pathname)?.[1] : undefined
    const file = ticket === undefined ? undefined : this.#options.core.handouts.take(ticket)
    if (file) return sendFile(response, file)
    const target = method === 'PUT' ? uploadTarget(pathname) : undefined
    if (!target) return answer(response, 404)
    if (!tokenMatches(bearer(headers.authorization), this.#token)) return answer(response, 401)
    return this.#uploads.receive(target, request, response)
  }

  #setHeaders(response: ServerResponse): void {
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(this.#host))
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('Referrer-Policy', 'no-referrer')
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
    response.setHeader('X-Frame-Options', 'DENY')
  }
}

/** Nothing from elsewhere, no frames, no inline scripts. Mantine writes styles into the page, hence their exception. */
function contentSecurityPolicy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "manifest-src 'self'",
    // Not every browser takes 'self' for the WebSocket of the same origin.
    `connect-src 'self' ws://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** To be saved under its name, never shown: it came from anywhere. */
function sendFile(response: ServerResponse, { name, bytes }: { name: string; bytes: Uint8Array }): void {
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': contentDisposition('attachment', name),
    'Content-Length': bytes.length,
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cache-Control': 'no-store',
  }
  response.writeHead(200, headers).end(bytes)
}

function answer(response: ServerResponse, status: number): void {
  // The body was not read: the connection cannot be used again.
  response.writeHead(status, { 'Content-Length': 0, Connection: 'close', 'Cache-Control': 'no-store' }).end()
}

function bearer(header: string | undefined): string | undefined {
  return /^Bearer ([\w-]{1,256})$/.exec(header ?? '')?.[1]
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ShoalError('port-taken', errorMessage(error), { data: { port }, cause: error }))
    })
    server.listen(port, '127.0.0.1', resolve)
  })
}
