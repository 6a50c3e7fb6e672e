import { formatIp } from '../segments/address.ts'
import { MAX_ROWS } from './limits.ts'
import type { SocketAddress, SocketRow, SocketState } from './types.ts'

/** Numbers of Linux's `enum tcp_state` (include/net/tcp_states.h). */
const TCP_STATES = new Map<string, SocketState>([
  ['01', 'ESTABLISHED'],
  ['02', 'SYN-SENT'],
  ['03', 'SYN-RECEIVED'],
  ['04', 'FIN-WAIT-1'],
  ['05', 'FIN-WAIT-2'],
  ['06', 'TIME-WAIT'],
  ['07', 'CLOSED'],
  ['08', 'CLOSE-WAIT'],
  ['09', 'LAST-ACK'],
  ['0A', 'LISTEN'],
  ['0B', 'CLOSING'],
  ['0C', 'SYN-RECEIVED'],
])

/** Rows of `/proc/net/{tcp,tcp6,udp,udp6}` (proc_pid_net(5)); lines that cannot be read are left out. */
export function parseProcTable(text: string, protocol: 'tcp' | 'udp'): SocketRow[] {
  const lines = text.split('\n', MAX_ROWS + 1).slice(1)
  return lines.flatMap((line) => parseLine(line, protocol) ?? [])
}

function parseLine(line: string, protocol: 'tcp' | 'udp'): SocketRow | undefined {
  const [, localText, remoteText, stateText, queues, , , , , inode] = line.trim().split(/\s+/)
  const local = parseAddress(localText)
  const remote = parseAddress(remoteText)
  const tcpState = TCP_STATES.get(stateText ?? '')
  const [send, receive] = (queues ?? '').split(':').map((part) => Number.parseInt(part, 16))
  if (!local || !remote || !tcpState || send === undefined || receive === undefined) return undefined
  const state = protocol === 'tcp' ? tcpState : tcpState === 'ESTABLISHED' ? 'CONNECTED' : 'UNCONNECTED'
  return {
    protocol,
    local,
    remote: remote.port === 0 ? null : remote,
    state,
    sendQueue: send,
    receiveQueue: receive,
    inode: Number(inode),
  }
}

/** `0100007F:1770`: the address as words of the machine's own byte order, the port as a number. */
function parseAddress(text: string | undefined): SocketAddress | undefined {
  const [, hex, port] = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(text ?? '') ?? []
  if (hex === undefined || port === undefined || (hex.length !== 8 && hex.length !== 32)) return undefined
  const bytes = new Uint8Array(hex.length / 2)
  for (let at = 0; at < bytes.length; at++) {
    // Every machine Node's Linux builds run on is little-endian, s390x aside.
    const from = (at & ~3) + (3 - (at & 3))
    bytes[at] = Number.parseInt(hex.slice(2 * from, 2 * from + 2), 16)
  }
  return { address: formatIp(bytes), port: Number.parseInt(port, 16) }
}
