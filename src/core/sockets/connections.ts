import { basename } from 'node:path'
import { sleep, withoutMapping, type Clock } from '../../base/index.ts'
import type { ConnectionPurpose, ConnectionsView, ConnectionView } from '../../contract/index.ts'
import {
  readProcessSockets,
  tupleKey,
  type CountedSocket,
  type SocketLedger,
  type SocketRow,
} from '../../transport/sockets/index.ts'
import { CONNECTIONS_EVERY_MS, MAX_CONNECTIONS, MAX_STREAMS } from './limits.ts'

/** A connection between peers, as the node knows it. */
export interface PeerConnection {
  readonly remote: { readonly address: string; readonly port: number }
  readonly peer: string
  readonly streams: readonly { protocol: string; role: 'server' | 'client' }[]
}

/** What the rooms of the core use their sockets for. */
export interface SocketFacts {
  /** What waits at a port of this laptop: `tcp 42850` → peers. */
  readonly ports: ReadonlyMap<string, ConnectionPurpose>
  readonly peers: readonly PeerConnection[]
}

interface Facts extends SocketFacts {
  readonly counted: ReadonlyMap<string, CountedSocket>
  /** TCP ports of this process that listen: whoever came to one of them is a client. */
  readonly listening: ReadonlySet<number>
}

const MDNS_PORT = 5353
/** Servers people know by their ports, wherever they are. */
const WELL_KNOWN = new Map<number, ConnectionPurpose>([
  [25, 'smtp'],
  [53, 'dns'],
  [MDNS_PORT, 'mdns'],
])

/** The sockets of this very process: the system's table, with what Node and the rooms know of each. */
export async function* watchConnections(
  around: { ledger: SocketLedger; facts: () => SocketFacts; clock: Clock },
  pagePort: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<ConnectionsView> {
  while (!signal?.aborted) {
    yield await readConnections(around.ledger, around.facts(), pagePort)
    await sleep(CONNECTIONS_EVERY_MS, { clock: around.clock, signal }).catch(() => {})
  }
}

export async function readConnections(
  ledger: SocketLedger,
  facts: SocketFacts,
  pagePort: number | undefined,
): Promise<ConnectionsView> {
  const identity = { pid: process.pid, name: basename(process.title) }
  const table = await readProcessSockets().catch(() => undefined)
  if (!table) return { process: identity, source: 'none', connections: [] }
  const ports = new Map(facts.ports)
  if (pagePort !== undefined && !ports.has(`tcp ${pagePort}`)) ports.set(`tcp ${pagePort}`, 'page')
  const listening = new Set(
    table.rows.filter(({ state }) => state === 'LISTEN').map(({ local }) => local.port),
  )
  const all: Facts = { ...facts, ports, listening, counted: ledger.counted() }
  const connections = table.rows
    .map((row) => connectionOf(row, all))
    .toSorted((a, b) => (b.sent ?? 0) + (b.received ?? 0) - ((a.sent ?? 0) + (a.received ?? 0)))
  return { process: identity, source: table.source, connections: connections.slice(0, MAX_CONNECTIONS) }
}

function connectionOf(row: SocketRow, facts: Facts): ConnectionView {
  const { protocol, local, remote, state, sendQueue, receiveQueue } = row
  const counted = remote ? facts.counted.get(tupleKey(local, remote)) : undefined
  const known = remote ? facts.peers.find((each) => sameEnd(each.remote, remote)) : undefined
  const neighbour = remote
    ? facts.peers.find((each) => plainAddress(each.remote.address) === plainAddress(remote.address))
    : undefined
  const purpose = purposeOf(row, facts, { isPeer: known !== undefined, isLane: counted?.encrypted === true })
  return {
    protocol,
    local,
    remote,
    state,
    sendQueue,
    receiveQueue,
    purpose,
    role: roleOf(row, facts),
    sent: counted?.sent ?? null,
    received: counted?.received ?? null,
    peer: (known ?? (purpose === 'lane' ? neighbour : undefined))?.peer ?? null,
    streams: (known?.streams ?? []).slice(0, MAX_STREAMS),
  }
}

function purposeOf(
  { protocol, local, remote }: SocketRow,
  { ports }: Facts,
  { isPeer, isLane }: { isPeer: boolean; isLane: boolean },
): ConnectionPurpose {
  const own = ports.get(`${protocol} ${local.port}`)
  if (own) return own
  if (isPeer) return 'peers'
  // The only TLS this app opens itself is a lane.
  if (isLane) return 'lane'
  if (protocol === 'udp' && local.port === MDNS_PORT) return 'mdns'
  // A connection of this app to itself has the port of one of its own servers at the other end.
  const there = remote && (ports.get(`${protocol} ${remote.port}`) ?? WELL_KNOWN.get(remote.port))
  return there ?? 'other'
}

function roleOf(
  { protocol, local, remote, state }: SocketRow,
  { listening, ports }: Facts,
): ConnectionView['role'] {
  if (protocol === 'udp') return ports.has(`udp ${local.port}`) ? 'server' : remote ? 'client' : null
  return state === 'LISTEN' || listening.has(local.port) ? 'server' : 'client'
}

function sameEnd(a: { address: string; port: number }, b: { address: string; port: number }): boolean {
  return a.port === b.port && plainAddress(a.address) === plainAddress(b.address)
}

function plainAddress(address: string): string {
  return withoutMapping(address.toLowerCase()).replace(/%.*$/, '')
}
