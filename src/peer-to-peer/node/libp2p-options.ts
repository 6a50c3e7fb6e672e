import { noise } from '@chainsafe/libp2p-noise'
import { identify, identifyPush, type Identify, type IdentifyPush } from '@libp2p/identify'
import {
  kadDHT,
  passthroughMapper,
  type KadDHT,
  type KadDHTComponents,
  type KadDHTInit,
} from '@libp2p/kad-dht'
import { ping, type Ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { ipOf, sortForDialling } from './addresses.ts'
import { BoundedDatastore } from './bounded-datastore.ts'
import { interfaceGater } from './gater.ts'
import { isLoopbackIp } from './interfaces.ts'
import { libp2pLogger } from './libp2p-logger.ts'
import * as limits from './limits.ts'
import { multiaddrResolvers, type HostResolver } from './resolver.ts'
import { thriftyYamux } from './yamux-window.ts'
import type { Identity } from './identity.ts'
import type { InterfaceWatch } from './interface-watch.ts'
import type { Logger } from '../../base/index.ts'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Libp2pOptions, ServiceFactoryMap } from 'libp2p'

/** Named so that Shoal's DHT and the public one never mix. */
export const KAD_PROTOCOL = '/shoal/kad/1.0.0'

/** The library's DHT with what its type hides: the routing table and its events. */
export interface ObservableKad extends KadDHT {
  readonly routingTable: {
    readonly size: number
    addEventListener(name: 'peer:add' | 'peer:remove', listener: () => void): void
    removeEventListener(name: 'peer:add' | 'peer:remove', listener: () => void): void
  }
}

export interface NodeServices extends Record<string, unknown> {
  identify: Identify
  identifyPush: IdentifyPush
  ping: Ping
  /** Missing where the DHT is switched off. */
  dht?: ObservableKad
}

export interface Libp2pParts {
  identity: Identity
  version: string
  listen: readonly string[]
  watch: InterfaceWatch
  resolver: HostResolver
  log: Logger
  /** Who may write which records into the DHT, and which of two wins. */
  records?: Pick<KadDHTInit, 'validators' | 'selectors'> | undefined
  /** False: neither asks nor answers, and its walks meet nobody. Default true. */
  dht?: boolean | undefined
}

export function libp2pOptions(parts: Libp2pParts): Libp2pOptions<NodeServices> {
  const { identity, watch } = parts
  return {
    start: false,
    privateKey: identity.privateKey,
    logger: libp2pLogger(),
    nodeInfo: { name: 'shoal', version: parts.version, userAgent: `shoal/${parts.version}` },
    datastore: new BoundedDatastore({ '/dht': limits.MAX_DHT_RECORDS, '/peers': limits.MAX_KNOWN_PEERS }),
    addresses: {
      listen: [...parts.listen],
      announceFilter: (addresses) => announceable(addresses, parts.listen, watch),
    },
    transports: [tcp()],
    connectionEncrypters: [noise(), tls()],
    streamMuxers: [
      thriftyYamux({
        maxInboundStreams: limits.MAX_STREAMS_PER_CONNECTION,
        maxOutboundStreams: limits.MAX_STREAMS_PER_CONNECTION,
        streamOptions: { maxStreamWindowSize: limits.MAX_STREAM_WINDOW },
      }),
    ],
    connectionGater: interfaceGater(watch),
    // The swarm's own heartbeat notices dead peers; a ping per connection every 10 s would be idle work.
    connectionMonitor: { enabled: false },
    connectionManager: {
      maxConnections: limits.MAX_CONNECTIONS,
      maxParallelDials: limits.MAX_PARALLEL_DIALS,
      maxPeerAddrsToDial: limits.MAX_ADDRESSES_PER_PEER,
      dialTimeout: limits.DIAL_TIMEOUT_MS,
      addressDialTimeout: limits.ADDRESS_DIAL_TIMEOUT_MS,
      inboundUpgradeTimeout: limits.INBOUND_UPGRADE_TIMEOUT_MS,
      inboundConnectionThreshold: limits.INBOUND_CONNECTIONS_PER_SECOND,
      maxIncomingPendingConnections: limits.MAX_PENDING_INBOUND,
      resolvers: multiaddrResolvers(parts.resolver, parts.log),
    },
    services: services(parts),
  }
}

function services(parts: Libp2pParts): ServiceFactoryMap<NodeServices> {
  return {
    // `IdentifyPace` says when.
    identify: identify({ runOnConnectionOpen: false }),
    identifyPush: identifyPush(),
    ping: ping(),
    ...(parts.dht === false ? {} : { dht: kad(parts) }),
  }
}

/** How every laptop takes part in the DHT. */
export function kadInit(records: Libp2pParts['records']): KadDHTInit {
  return {
    protocol: KAD_PROTOCOL,
    // Every laptop answers look-ups, and private addresses are the ones that matter on a LAN.
    clientMode: false,
    peerInfoMapper: passthroughMapper,
    initialQuerySelfInterval: limits.FIRST_SELF_QUERY_MS,
    // Else every look-up would wait for that.
    allowQueryWithZeroPeers: true,
    reprovide: {
      validity: limits.PROVIDER_VALIDITY_MS,
      threshold: limits.REPROVIDE_THRESHOLD_MS,
      interval: limits.REPROVIDE_INTERVAL_MS,
    },
    ...records,
  }
}

function kad(parts: Libp2pParts): (components: KadDHTComponents) => ObservableKad {
  const create = kadDHT(kadInit(parts.records))
  return (components) => create(components) as ObservableKad
}

/**
 * What others are told: no address of an excluded interface, and loopback only when it was asked for by name or is all
 * there is. Best address first.
 */
export function announceable(
  addresses: readonly Multiaddr[],
  listen: readonly string[],
  watch: InterfaceWatch,
): Multiaddr[] {
  const excluded = new Set(
    watch.list().flatMap((each) => (each.excluded ? each.addresses.map(({ address }) => address) : [])),
  )
  const allowed = addresses.filter((address) => !excluded.has(ipOf(address) ?? ''))
  const isLoopback = (address: Multiaddr): boolean => isLoopbackIp(ipOf(address) ?? '')
  const hasOther = allowed.some((address) => !isLoopback(address))
  const asked = new Set(listen.map((text) => text.split('/')[2]))
  const kept = allowed.filter(
    (address) => !isLoopback(address) || !hasOther || asked.has(ipOf(address) ?? ''),
  )
  return sortForDialling(
    kept.map((multiaddr) => ({ multiaddr })),
    watch.list(),
  ).map((each) => each.multiaddr)
}
