/** States of a TCP connection as RFC 9293 §3.3.2 names them; UDP has none, and only tells whether it has a peer. */
export const SOCKET_STATES = [
  'LISTEN',
  'SYN-SENT',
  'SYN-RECEIVED',
  'ESTABLISHED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
  'CLOSED',
  'UNCONNECTED',
  'CONNECTED',
] as const
export type SocketState = (typeof SOCKET_STATES)[number]

export interface SocketAddress {
  readonly address: string
  readonly port: number
}

/** A line of the system's table of sockets. */
export interface SocketRow {
  readonly protocol: 'tcp' | 'udp'
  readonly local: SocketAddress
  /** Nobody, for a socket that listens or has no peer. */
  readonly remote: SocketAddress | null
  readonly state: SocketState
  /** Bytes sent and not yet acknowledged, bytes arrived and not yet read; of a listening socket, the latter counts connections. */
  readonly sendQueue: number
  readonly receiveQueue: number
  /** Where the system tells: what names the socket among a process's descriptors (Linux), or the process (elsewhere). */
  readonly inode?: number
  readonly pid?: number
}

/** Where the table was read. */
export type TableSource = 'proc' | 'ss' | 'netstat' | 'lsof'

export interface SocketTable {
  readonly source: TableSource
  readonly rows: readonly SocketRow[]
}
