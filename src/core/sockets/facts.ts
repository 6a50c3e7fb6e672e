import type { ConnectionPurpose, ServersView } from '../../contract/index.ts'
import type { PeerConnection, SocketFacts } from './connections.ts'

/** Of the node: what connections to peers are read from. */
interface PeerLink {
  readonly remoteAddr: { toString(): string }
  readonly remotePeer: { toString(): string }
  readonly status: string
  readonly streams: readonly { protocol: string; direction: string }[]
}

export interface FactSources {
  /** Multiaddresses the node listens on. */
  addresses(): readonly string[]
  links(): readonly PeerLink[]
  lanePort(): number
  servers(): Pick<ServersView, 'ports' | 'tree'>
  /** Origins of links: `http://192.168.0.7:8420`. */
  origins(): readonly string[]
  /** Where the local DNS server listens. */
  dns(): readonly { readonly port: number }[]
  /** What a peer is called, as far as it told. */
  nameOf(peerId: string): string | undefined
}

/** Puts together what the rooms of the core say of their sockets. */
export function socketFacts(sources: FactSources): SocketFacts {
  return { ports: portsOf(sources), peers: sources.links().flatMap((link) => peerOf(link, sources) ?? []) }
}

function portsOf(sources: FactSources): Map<string, ConnectionPurpose> {
  const ports = new Map<string, ConnectionPurpose>()
  const { http, dns, smtp, pop3, imap } = sources.servers().ports
  const add = (protocol: 'tcp' | 'udp', port: number | undefined, purpose: ConnectionPurpose): void => {
    if (port) ports.set(`${protocol} ${port}`, purpose)
  }
  for (const address of sources.addresses()) add('tcp', tcpEnd(address)?.port, 'peers')
  add('tcp', sources.lanePort(), 'lane')
  for (const origin of sources.origins()) add('tcp', Number(URL.parse(origin)?.port) || undefined, 'http')
  add('tcp', http, 'http')
  add('tcp', smtp, 'smtp')
  add('tcp', pop3, 'pop3')
  add('tcp', imap, 'imap')
  const resolvers = [
    ...sources.dns().map(({ port }) => port),
    ...sources.servers().tree.map(({ port }) => port),
  ]
  for (const port of [dns, ...resolvers]) {
    add('udp', port, 'dns')
    add('tcp', port, 'dns')
  }
  return ports
}

function peerOf(link: PeerLink, sources: FactSources): PeerConnection | undefined {
  const remote = link.status === 'open' ? tcpEnd(link.remoteAddr.toString()) : undefined
  if (!remote) return undefined
  const id = link.remotePeer.toString()
  const streams = link.streams.map(({ protocol, direction }) => ({
    protocol,
    role: direction === 'outbound' ? ('client' as const) : ('server' as const),
  }))
  return { remote, peer: sources.nameOf(id) ?? id, streams }
}

/** Address and port of `/ip4/…/tcp/…`; undefined for any other. */
function tcpEnd(multiaddress: string): { address: string; port: number } | undefined {
  const [, address, port] = /^\/ip[46]\/([^/]+)(?:\/[^/]+\/[^/]+)*?\/tcp\/(\d+)/.exec(multiaddress) ?? []
  return address === undefined || port === undefined ? undefined : { address, port: Number(port) }
}
