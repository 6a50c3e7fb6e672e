import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { MAX_QUERY_BYTES, MAX_UDP_PENDING, RECEIVE_BUFFER_BYTES } from './limits.ts'
import type { Answer } from './answer.ts'

export interface UdpSide {
  readonly port: number
  close(): Promise<void>
}

export async function listenUdp(init: {
  host: string
  port: number
  answer: Answer
  onFault: (error: unknown) => void
}): Promise<UdpSide> {
  const { host, port, answer, onFault } = init
  const socket = createSocket({
    type: isIPv6(host) ? 'udp6' : 'udp4',
    ipv6Only: isIPv6(host),
    // Addresses to answer to are never names: without this each datagram waits a turn of the event loop for a look-up.
    lookup: (address, _options, done) => done(null, address, isIPv6(address) ? 6 : 4),
  })
  const answered = answerDatagrams(socket, answer, onFault)
  socket.on('message', answered)
  const bound = once(socket, 'listening')
  socket.bind({ address: host, port, exclusive: true })
  try {
    await bound
  } catch (error) {
    socket.close()
    throw error
  }
  // After the start, an error is about one datagram that could not be sent: whoever waits asks again.
  socket.on('error', () => {})
  enlargeBuffer(socket)
  return { port: socket.address().port, close: () => close(socket) }
}

function answerDatagrams(
  socket: Socket,
  answer: Answer,
  onFault: (error: unknown) => void,
): (query: Buffer, from: RemoteInfo) => void {
  let pending = 0
  const send = (reply: Uint8Array | undefined, { port, address }: RemoteInfo): void => {
    if (reply === undefined) return
    try {
      socket.send(reply, port, address, ignoreFailure)
    } catch {
      // Port 0 as a source is a forgery; a closed socket has nobody to answer to.
    }
  }
  const settle = async (reply: Promise<Uint8Array | undefined>, from: RemoteInfo): Promise<void> => {
    pending++
    try {
      send(await reply, from)
    } catch (error) {
      onFault(error)
    } finally {
      pending--
    }
  }
  return (query, from) => {
    if (query.length > MAX_QUERY_BYTES || pending >= MAX_UDP_PENDING) return
    try {
      const reply = answer(query, { address: from.address, port: from.port, transport: 'udp' })
      if (reply instanceof Promise) void settle(reply, from)
      else send(reply, from)
    } catch (error) {
      onFault(error)
    }
  }
}

/** A datagram that could not be sent is one that was lost. */
function ignoreFailure(): void {}

function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
  } catch {
    // The system's own size does, with more lost in a burst.
  }
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()))
}
