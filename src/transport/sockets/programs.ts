import { formatIp, parseIp } from '../segments/address.ts'
import { MAX_ROWS } from './limits.ts'
import type { SocketAddress, SocketRow, SocketState } from './types.ts'

/** The spellings of `ss`, `netstat` and `lsof` of the several systems. */
const STATES: Readonly<Record<string, SocketState>> = {
  LISTEN: 'LISTEN',
  LISTENING: 'LISTEN',
  SYNSENT: 'SYN-SENT',
  SYNRECV: 'SYN-RECEIVED',
  SYNRCVD: 'SYN-RECEIVED',
  SYNRECEIVED: 'SYN-RECEIVED',
  ESTAB: 'ESTABLISHED',
  ESTABLISHED: 'ESTABLISHED',
  FINWAIT1: 'FIN-WAIT-1',
  FINWAIT2: 'FIN-WAIT-2',
  CLOSEWAIT: 'CLOSE-WAIT',
  CLOSING: 'CLOSING',
  LASTACK: 'LAST-ACK',
  TIMEWAIT: 'TIME-WAIT',
  CLOSE: 'CLOSED',
  CLOSED: 'CLOSED',
  UNCONN: 'UNCONNECTED',
}

/** `ss -tuanH`: protocol, state, queues, local, remote. */
export function parseSs(text: string): SocketRow[] {
  return linesOf(text).flatMap((line) => {
    const [protocol, state, receive, send, local, remote] = line.trim().split(/\s+/)
    return rowOf({ protocol, state, receive, send, local, remote }) ?? []
  })
}

/**
 * `netstat -an` of Linux and macOS (protocol, queues, local, remote, state) and `netstat -ano` of Windows (protocol, local,
 * remote, state, process).
 */
export function parseNetstat(text: string): SocketRow[] {
  return linesOf(text).flatMap((line) => {
    const words = line.trim().split(/\s+/)
    const protocol = words[0]?.toLowerCase()
    if (!/^(tcp|udp)/.test(protocol ?? '')) return []
    if (/^\d+$/.test(words[1] ?? '')) {
      const [, receive, send, local, remote, state] = words
      return rowOf({ protocol, state, receive, send, local, remote }) ?? []
    }
    const [, local, remote, ...rest] = words
    const state = rest.length > 1 ? rest[0] : undefined
    return rowOf({ protocol, state, local, remote, pid: rest.at(-1) }) ?? []
  })
}

/** `lsof -nP -iTCP -iUDP -a -p PID -F PnT`: one field a line; `P` protocol, `n` name, `TST=` state. */
export function parseLsof(text: string, pid: number): SocketRow[] {
  const rows: SocketRow[] = []
  let file: { protocol?: string; name?: string; state?: string } = {}
  const flush = (): void => {
    const [local, remote] = (file.name ?? '').split('->')
    const row = rowOf({ protocol: file.protocol, state: file.state, local, remote, pid: String(pid) })
    if (row) rows.push(row)
    file = {}
  }
  for (const line of linesOf(text)) {
    if (line.startsWith('f')) flush()
    else if (line.startsWith('P')) file.protocol = line.slice(1)
    else if (line.startsWith('n')) file.name = line.slice(1)
    else if (line.startsWith('TST=')) file.state = line.slice(4)
  }
  flush()
  return rows
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/, MAX_ROWS)
}

interface Words {
  protocol: string | undefined
  state?: string | undefined
  receive?: string | undefined
  send?: string | undefined
  local: string | undefined
  remote: string | undefined
  pid?: string | undefined
}

function rowOf(words: Words): SocketRow | undefined {
  const protocol = words.protocol?.toLowerCase().slice(0, 3)
  if (protocol !== 'tcp' && protocol !== 'udp') return undefined
  const six = words.protocol!.endsWith('6')
  const local = addressOf(words.local, six)
  if (!local) return undefined
  const remote = addressOf(words.remote, six)
  const peer = remote && remote.port !== 0 ? remote : null
  const named = STATES[(words.state ?? '').toUpperCase().replace(/[^A-Z0-9]/g, '')]
  const state = protocol === 'udp' ? (peer ? 'CONNECTED' : 'UNCONNECTED') : named
  if (!state) return undefined
  const pid = Number(words.pid)
  return {
    protocol,
    local,
    remote: peer,
    state,
    sendQueue: Number(words.send) || 0,
    receiveQueue: Number(words.receive) || 0,
    ...(words.pid !== undefined && Number.isInteger(pid) ? { pid } : {}),
  }
}

/** `127.0.0.1:80`, `[::1]:80`, `*:80`, macOS's `127.0.0.1.80` and `*.80`; a port of `*` is none. */
function addressOf(text: string | undefined, six: boolean): SocketAddress | undefined {
  const [, host, port] = /^(.*)[.:](\d{1,5}|\*)$/.exec(text ?? '') ?? []
  if (host === undefined || port === undefined) return undefined
  const bare = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  try {
    const address = bare === '*' || bare === '' ? (six ? '::' : '0.0.0.0') : formatIp(parseIp(bare))
    return { address, port: port === '*' ? 0 : Number(port) }
  } catch {
    return undefined
  }
}
