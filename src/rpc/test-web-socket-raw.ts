/** Ways to a core's WebSocket that say what no client would. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'
import { TEST_TOKEN } from './test-support.ts'
import { Inbox, type FrameTransport } from './transport.ts'
import { offeredProtocols } from './web-socket-token.ts'

/** A transport over `ws`, and the socket itself for anything. */
export const WebSocketRaw = {
  async connect(url: string): Promise<{ transport: FrameTransport; say(frame: unknown): void }> {
    const socket = new WebSocket(url, offeredProtocols(TEST_TOKEN))
    const inbox = new Inbox()
    socket.on('message', (data: Buffer, isBinary) => inbox.deliver(isBinary ? data : data.toString('utf8')))
    socket.on('close', () => inbox.closed('closed'))
    socket.on('error', () => {})
    await once(socket, 'open')
    const say = (frame: unknown): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame as string)
    }
    const transport: FrameTransport = {
      send: say,
      onFrame: (listener) => inbox.onFrame(listener),
      onClose: (listener) => inbox.onClose(listener),
      close: () => socket.close(),
    }
    return { transport, say }
  },

  /** A TCP socket after the upgrade: the next byte is the first of a frame. */
  async rawSocket(url: string): Promise<Socket> {
    const { host, port, pathname } = new URL(url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(
      [
        `GET ${pathname} HTTP/1.1`,
        `Host: ${host}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        `Sec-WebSocket-Protocol: ${offeredProtocols(TEST_TOKEN).join(', ')}`,
        '\r\n',
      ].join('\r\n'),
    )
    await once(socket, 'data')
    return socket
  },
}
