import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { ShoalError, systemCode, type Clock, type Random } from '../../../base/index.ts'
import type { Message } from '../wire/index.ts'
import type { SentQuery } from './sent-query.ts'
import { FIRST_SOURCE_PORT, LAST_SOURCE_PORT, MAX_MISMATCHES, MAX_SOURCE_PORT_TRIES } from './limits.ts'
import type { ExchangeOptions, ServerAddress } from './types.ts'

export type UdpResult =
  | { readonly is: 'reply'; readonly message: Message }
  /** Answers came that somebody may have forged, or whose letters changed case: TCP will tell. */
  | { readonly is: 'doubtful' }

/** One datagram out, its answer in, on a socket and port of its own. Throws `timeout` or `server-unreachable`. */
export async function askByUdp(
  server: ServerAddress,
  query: SentQuery,
  { timeoutMs, signal }: ExchangeOptions,
  { clock, random }: { clock: Clock; random: Random },
): Promise<UdpResult> {
  signal?.throwIfAborted()
  const socket = await openSocket(server, random)
  const { promise, resolve, reject } = Promise.withResolvers<UdpResult>()
  const onAbort = (): void => reject(signal?.reason)
  const cancelTimeout = clock.after(timeoutMs, () => reject(silence(server, timeoutMs)))
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    receive(socket, query, resolve, reject)
    socket.once('error', (error) => reject(unreachable(server, error)))
    // Connected, so that the system itself drops what comes from elsewhere, and tells when nobody listens there.
    const connected = once(socket, 'connect')
    socket.connect(server.port, server.address)
    await connected
    socket.send(query.bytes, (error) => error && reject(unreachable(server, error)))
    return await promise
  } catch (error) {
    throw error instanceof ShoalError || signal?.aborted ? error : unreachable(server, error)
  } finally {
    cancelTimeout()
    signal?.removeEventListener('abort', onAbort)
    // Whatever still comes is for a socket that is no more.
    socket.removeAllListeners('error').on('error', () => {})
    socket.close()
  }
}

function receive(
  socket: Socket,
  query: SentQuery,
  resolve: (result: UdpResult) => void,
  reject: (error: unknown) => void,
): void {
  let mismatches = 0
  let isFolded = false
  socket.on('message', (bytes) => {
    try {
      const checked = query.check(bytes)
      if (checked.is === 'ours') return resolve({ is: 'reply', message: checked.message })
      isFolded ||= checked.is === 'folded'
      if (isFolded || ++mismatches >= MAX_MISMATCHES) resolve({ is: 'doubtful' })
    } catch (error) {
      reject(error)
    }
  })
}

/** On a port of our own choice: the system's are too easily guessed on some systems (RFC 5452 §4.5). */
async function openSocket({ address }: ServerAddress, random: Random): Promise<Socket> {
  const type = isIPv6(address) ? 'udp6' : 'udp4'
  for (let tries = 1; ; tries++) {
    const socket = createSocket({
      type,
      lookup: (host, _options, done) => done(null, host, isIPv6(host) ? 6 : 4),
    })
    const bound = once(socket, 'listening')
    socket.bind({ port: tries < MAX_SOURCE_PORT_TRIES ? sourcePort(random) : 0, exclusive: true })
    try {
      await bound
      return socket
    } catch (error) {
      socket.close()
      const again = systemCode(error) === 'EADDRINUSE' || systemCode(error) === 'EACCES'
      if (!again || tries >= MAX_SOURCE_PORT_TRIES)
        throw new ShoalError('server-unreachable', 'no socket to ask with', { cause: error })
    }
  }
}

function sourcePort(random: Random): number {
  const count = LAST_SOURCE_PORT - FIRST_SOURCE_PORT + 1
  const [a, b, c, d] = random.bytes(4)
  return FIRST_SOURCE_PORT + ((((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0) % count)
}

function silence({ address, port }: ServerAddress, ms: number): ShoalError {
  return new ShoalError('timeout', `${address} port ${port} does not answer`, { data: { address, port, ms } })
}

export function unreachable({ address, port }: ServerAddress, cause: unknown): ShoalError {
  return new ShoalError('server-unreachable', `${address} port ${port} cannot be reached`, {
    cause,
    data: { address, port },
  })
}
