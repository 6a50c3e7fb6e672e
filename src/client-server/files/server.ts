import type { Server, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import { networkOf, systemClock, type Clock } from '../../base/index.ts'
import {
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  MAX_CONNECTIONS,
  MAX_CONNECTIONS_PER_ADDRESS,
  MAX_HEADER_BYTES,
  MAX_HEADER_FIELDS,
  REQUEST_TIMEOUT_MS,
  SHUTDOWN_GRACE_MS,
  SHUTDOWN_POLL_MS,
  STALLED_MS,
  TIMEOUT_CHECK_MS,
} from './limits.ts'

/** Options that `createServer` takes only when the server is made. */
export function serverOptions(overrides: ServerOptions = {}): ServerOptions {
  return {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    requireHostHeader: true,
    insecureHTTPParser: false,
    noDelay: true,
    ...overrides,
  }
}

export interface ServerLimits {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
  /** Milliseconds. */
  readonly stalledMs: number
}

export interface ConfiguredServer {
  /** Takes no more connections, lets transfers end for a while, then ends them. */
  shutdown(graceMs?: number): Promise<void>
}

/**
 * Bounds what clients of a server may hold, whatever it serves. Call it before `listen`. What the parser refuses (400,
 * 408, 431) Node answers itself, and closes the connection, since what follows on it means nothing.
 */
export function configureServer(
  server: Server,
  limits: Partial<ServerLimits> = {},
  clock: Clock = systemClock,
): ConfiguredServer {
  const { maxConnections = MAX_CONNECTIONS, stalledMs = STALLED_MS } = limits
  const { maxConnectionsPerAddress = MAX_CONNECTIONS_PER_ADDRESS } = limits
  server.maxHeadersCount = MAX_HEADER_FIELDS
  server.maxConnections = maxConnections
  server.timeout = stalledMs
  limitPerAddress(server, maxConnectionsPerAddress)
  return { shutdown: (graceMs = SHUTDOWN_GRACE_MS) => shutdown(server, graceMs, clock) }
}

function limitPerAddress(server: Server, most: number): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = networkAddress(socket.remoteAddress)
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.once('close', () => {
      const left = open.get(address)! - 1
      if (left > 0) open.set(address, left)
      else open.delete(address)
    })
    if (count > most) socket.destroy()
  })
}

/** The address limits count by: of IPv6 the /64, since every host may take as many as it likes of one. */
export function networkAddress(address: string | undefined): string {
  return address === undefined ? 'unknown' : networkOf(address, { ipv4: 32, ipv6: 64 })
}

async function shutdown(server: Server, graceMs: number, clock: Clock): Promise<void> {
  if (!server.listening) return server.closeAllConnections()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  // A connection whose transfer ends now would be kept for a next request.
  const stopClosing = clock.every(SHUTDOWN_POLL_MS, () => server.closeIdleConnections())
  const cancel = clock.after(graceMs, () => server.closeAllConnections())
  await closed
  stopClosing()
  cancel()
}
