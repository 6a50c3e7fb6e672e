import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { formatIp, parseIp, unmapped } from '../segments/address.ts'
import type { SocketAddress } from './types.ts'

/** What Node counts of a connection of this process. */
export interface CountedSocket {
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly sent: number
  readonly received: number
  /** Opened as TLS from its first byte. */
  readonly encrypted: boolean
}

/** Keeps an eye on every TCP connection this process opens or takes, for the bytes that only Node counts. */
export class SocketLedger {
  readonly #sockets = new Set<Socket>()
  readonly #onSocket = (message: unknown): void => this.#add((message as { socket: Socket }).socket)

  start(): void {
    subscribe('net.client.socket', this.#onSocket)
    subscribe('net.server.socket', this.#onSocket)
  }

  stop(): void {
    unsubscribe('net.client.socket', this.#onSocket)
    unsubscribe('net.server.socket', this.#onSocket)
    this.#sockets.clear()
  }

  /** Connections by their 4-tuple. */
  counted(): Map<string, CountedSocket> {
    const counted = new Map<string, CountedSocket>()
    for (const socket of this.#sockets) {
      const { localAddress, localPort, remoteAddress, remotePort } = socket
      if (!localAddress || !remoteAddress || localPort === undefined || remotePort === undefined) continue
      const local = { address: localAddress, port: localPort }
      const remote = { address: remoteAddress, port: remotePort }
      const { bytesWritten: sent, bytesRead: received } = socket
      counted.set(tupleKey(local, remote), {
        local,
        remote,
        sent,
        received,
        encrypted: socket instanceof TLSSocket,
      })
    }
    return counted
  }

  #add(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }
}

/** One name for a connection, however its addresses are written. */
export function tupleKey(local: SocketAddress, remote: SocketAddress): string {
  return `${plain(local)} ${plain(remote)}`
}

function plain({ address, port }: SocketAddress): string {
  const bare = address.replace(/%.*$/, '')
  try {
    return `${formatIp(unmapped(parseIp(bare)))} ${port}`
  } catch {
    return `${bare} ${port}`
  }
}
