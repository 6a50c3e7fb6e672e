import { systemClock, type Clock } from '../base/clock.ts'
import { ShoalError } from '../base/errors.ts'
import { CONNECT_TIMEOUT_MS } from './limits.ts'
import { Inbox, type FrameTransport } from './transport.ts'
import { offeredProtocols } from './web-socket-token.ts'

/** What is used of the browser's `WebSocket`; Node's global one has the same shape. */
export interface WebSocketLike {
  readonly readyState: number
  binaryType: string
  send(data: string): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void
  addEventListener(type: 'open' | 'error', listener: () => void): void
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike

export interface ConnectWebSocketOptions {
  /** `ws://127.0.0.1:<port>/rpc` */
  url: string
  token: string
  signal?: AbortSignal | undefined
  clock?: Clock
  WebSocket?: WebSocketConstructor
}

const OPEN = 1

/** Connects to a headless core. Rejects with `core-gone` when it is not there or refuses the token. */
export async function connectWebSocket(options: ConnectWebSocketOptions): Promise<FrameTransport> {
  const { url, token, signal, clock = systemClock } = options
  signal?.throwIfAborted()
  const Constructor =
    options.WebSocket ?? (globalThis as unknown as { WebSocket: WebSocketConstructor }).WebSocket
  const socket = new Constructor(url, offeredProtocols(token))
  const inbox = new Inbox()
  const opened = Promise.withResolvers<void>()
  const fail = (error: unknown): void => opened.reject(error)
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => opened.resolve())
  // Browsers tell nothing about an error; the close that follows is what counts.
  socket.addEventListener('error', () => fail(new ShoalError('core-gone', 'the core cannot be reached')))
  socket.addEventListener('message', (event) => inbox.deliver(event.data))
  socket.addEventListener('close', (event) => {
    inbox.closed(`the connection to the core ended (${event.code})`)
    fail(new ShoalError('core-gone', 'the core refused the connection'))
  })
  const onAbort = (): void => fail(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const stopWaiting = clock.after(CONNECT_TIMEOUT_MS, () =>
    fail(new ShoalError('core-gone', 'the core does not answer')),
  )
  try {
    await opened.promise
  } catch (error) {
    socket.close()
    throw error
  } finally {
    stopWaiting()
    signal?.removeEventListener('abort', onAbort)
  }
  return transportOf(socket, inbox)
}

function transportOf(socket: WebSocketLike, inbox: Inbox): FrameTransport {
  return {
    send(frame) {
      if (socket.readyState === OPEN) socket.send(frame)
    },
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close() {
      socket.close()
      inbox.closed('the connection was closed here')
    },
  }
}
