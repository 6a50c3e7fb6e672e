import { connect } from 'node:net'
import { ShoalError, withDeadline, type Clock } from '../../../base/index.ts'
import { frame, FrameReader } from '../listener/index.ts'
import type { Message } from '../wire/index.ts'
import type { SentQuery } from './sent-query.ts'
import type { ExchangeOptions, ServerAddress } from './types.ts'
import { unreachable } from './udp-exchange.ts'

/** One query and its answer over TCP. Throws `timeout`, `server-unreachable` or `bad-dns-message`. */
export function askByTcp(
  server: ServerAddress,
  query: SentQuery,
  { timeoutMs, signal }: ExchangeOptions,
  clock: Clock,
): Promise<Message> {
  const what = `${server.address} port ${server.port}`
  return withDeadline(timeoutMs, what, (until) => converse(server, query, until), { signal, clock })
}

async function converse(server: ServerAddress, query: SentQuery, signal: AbortSignal): Promise<Message> {
  const socket = connect({ host: server.address, port: server.port, noDelay: true })
  const onAbort = (): void => void socket.destroy()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    socket.write(frame(query.bytes))
    const reader = new FrameReader()
    for await (const bytes of socket) {
      const [reply] = reader.push(bytes as Buffer) ?? []
      if (reply) return read(query, reply)
    }
    throw new ShoalError('server-unreachable', 'the server closed the connection without an answer')
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof ShoalError ? error : unreachable(server, error)
  } finally {
    signal.removeEventListener('abort', onAbort)
    socket.destroy()
  }
}

/** Nobody can forge here without being on the way, so letters in another case are forgiven. */
function read(query: SentQuery, bytes: Uint8Array): Message {
  const checked = query.check(bytes)
  if (checked.is !== 'other') return checked.message
  throw new ShoalError('bad-dns-message', 'an answer to another question')
}
