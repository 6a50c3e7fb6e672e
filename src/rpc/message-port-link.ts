import { Inbox, type FrameTransport } from './transport.ts'

/** A DOM `MessagePort`, or one of Node's worker_threads (`parentPort` too). */
export interface EventTargetPort {
  postMessage(message: unknown): void
  addEventListener(
    type: 'message' | 'messageerror' | 'close',
    listener: (event: { data?: unknown }) => void,
  ): void
  start?(): void
  close?(): void
}

/** Electron's `MessagePortMain`: an emitter whose message listener gets an event with `data`. */
export interface EmitterPort {
  postMessage(message: unknown): void
  on(name: 'message' | 'close', listener: (event?: { data?: unknown }) => void): unknown
  start?(): void
  close?(): void
}

export type AnyPort = EventTargetPort | EmitterPort

/** Frames over a message port; what is not text is handed on as it came. */
export function messagePortTransport(port: AnyPort): FrameTransport {
  const inbox = new Inbox()
  listen(port, inbox)
  port.start?.()
  return {
    send(frame) {
      if (!inbox.isClosed) port.postMessage(frame)
    },
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close() {
      port.close?.()
      inbox.closed('the port was closed')
    },
  }
}

function listen(port: AnyPort, inbox: Inbox): void {
  const onClose = (): void => inbox.closed('the other end of the port is gone')
  if ('addEventListener' in port) {
    port.addEventListener('message', (event) => inbox.deliver(event.data))
    // What cannot be deserialised is malformed like any other frame.
    port.addEventListener('messageerror', () => inbox.deliver(undefined))
    port.addEventListener('close', onClose)
  } else {
    port.on('message', (event) => inbox.deliver(event?.data))
    port.on('close', onClose)
  }
}
