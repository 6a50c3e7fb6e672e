import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { equalBytesConstantTime, utf8 } from '../base/bytes.ts'
import { MAX_SOCKET_BUFFERED_BYTES, MAX_SOCKET_PAYLOAD_BYTES, MAX_SOCKETS } from './limits.ts'
import { Inbox, type FrameTransport } from './transport.ts'
import { offeredToken, PROTOCOL } from './web-socket-token.ts'

export interface WebSocketGateOptions {
  token: string
  /** Path of the one endpoint. */
  path: string
  /** The only `Host` that is answered, `127.0.0.1:<port>`: a name that was re-bound to this address has another. */
  host: () => string
  onTransport: (transport: FrameTransport) => void
}

/** Turns an HTTP server's upgrades into transports, for those who hold the token and come from our own page or no page. */
export class WebSocketGate {
  readonly #options: WebSocketGateOptions
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_SOCKET_PAYLOAD_BYTES,
    // Frames are small and local; a compressed one could grow a thousandfold.
    perMessageDeflate: false,
    handleProtocols: () => PROTOCOL,
  })

  constructor(options: WebSocketGateOptions) {
    this.#options = options
  }

  /** The `upgrade` listener. Refusals are plain HTTP answers, and say no more than their status. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const refusal = this.#refusal(request)
    if (refusal)
      return void socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    this.#server.handleUpgrade(request, socket, head, (webSocket) =>
      this.#options.onTransport(transportOf(webSocket)),
    )
  }

  /** Ends every connection at once. */
  close(): void {
    for (const client of this.#server.clients) client.terminate()
    this.#server.close()
  }

  #refusal(request: IncomingMessage): string | undefined {
    const { token, path, host } = this.#options
    if (request.headers.host !== host()) return '421 Misdirected Request'
    if (!isOwnOrigin(request.headers.origin, host())) return '403 Forbidden'
    if (request.url !== path) return '404 Not Found'
    if (!tokenMatches(offeredToken(request.headers['sec-websocket-protocol']), token))
      return '401 Unauthorized'
    return this.#server.clients.size >= MAX_SOCKETS ? '503 Service Unavailable' : undefined
  }
}

/** A browser always says where a script comes from; who says nothing is no page. */
export function isOwnOrigin(origin: string | undefined, host: string): boolean {
  return origin === undefined || origin === `http://${host}`
}

export function tokenMatches(offered: string | undefined, token: string): boolean {
  return offered !== undefined && equalBytesConstantTime(utf8(token), utf8(offered))
}

function transportOf(socket: WebSocket): FrameTransport {
  const inbox = new Inbox()
  // ws has checked that text is UTF-8.
  socket.on('message', (data: Buffer, isBinary) => inbox.deliver(isBinary ? data : data.toString('utf8')))
  // Oversized, not UTF-8, against the framing: ws closes with the right code (RFC 6455 §7.4.1); there is nothing to add.
  socket.on('error', () => socket.terminate())
  socket.on('close', (code) => inbox.closed(`the socket was closed (${code})`))
  return {
    send(frame) {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > MAX_SOCKET_BUFFERED_BYTES) return socket.terminate()
      socket.send(frame)
    },
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close() {
      socket.close()
      inbox.closed('the socket was closed here')
    },
  }
}
