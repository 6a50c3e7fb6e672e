import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import {
  Cleanup,
  Emitter,
  isAbort,
  isShoalError,
  ShoalError,
  silentLogger,
  systemClock,
  systemRandom,
  withDeadline,
  type AbortOptions,
  type Clock,
  type EventSource,
  type Logger,
  type Random,
} from '../../base/index.ts'
import { ipOf, ownAddresses, sortForDialling, sortForPeople, tcpPortOf } from './addresses.ts'
import { IdentifyPace, loopUtilization } from './identify-pace.ts'
import { InterfaceWatch } from './interface-watch.ts'
import { readSystemInterfaces, type NetworkInterface, type ReadInterfaces } from './interfaces.ts'
import { libp2pOptions, type Libp2pParts, type NodeServices } from './libp2p-options.ts'
import { DIAL_TIMEOUT_MS, PORT_ATTEMPTS, STOP_TIMEOUT_MS } from './limits.ts'
import { listenAddresses, type Listen } from './listen.ts'
import { signOwnRecord, type OwnRecord } from './own-record.ts'
import { systemResolver, type HostResolver } from './resolver.ts'
import type { Identity } from './identity.ts'
import { isPeerId, type Connection, type PeerId } from '@libp2p/interface'

export interface NodeOptions {
  identity: Identity
  /** Default: every interface at port 42850 or the next free one. */
  listen?: Listen
  excludedInterfaces?: readonly string[]
  /** Shoal's version, told to peers by identify. */
  version?: string
  /** Validators and selectors of records other than providers (names). */
  records?: Libp2pParts['records']
  /** False: no DHT at all, not even for others. Default true. */
  dht?: boolean | undefined
  resolver?: HostResolver
  readInterfaces?: ReadInterfaces
  clock?: Clock
  random?: Random
  log?: Logger
}

export interface NodeEvents {
  'peer-connected': { peerId: PeerId }
  'peer-disconnected': { peerId: PeerId }
  /** Interfaces came or went, or were excluded; addresses were announced anew. */
  'interfaces-changed': { interfaces: readonly NetworkInterface[] }
}

export interface ListeningAddress {
  readonly ip: string
  readonly port: number
}

/** This laptop among peers: one libp2p node, its identity, addresses and interfaces. */
export interface ShoalNode {
  readonly libp2p: Libp2p<NodeServices>
  readonly peerId: PeerId
  readonly identity: Identity
  /** What this node signs of itself, for others to pass on. */
  readonly record: OwnRecord
  readonly events: EventSource<NodeEvents>
  /** Multiaddresses with peer id to type on another laptop or put in a link, best first. */
  addresses(): Multiaddr[]
  /** Where TCP connections are accepted, loopback included: one entry per address and port. */
  listeningOn(): ListeningAddress[]
  interfaces(): readonly NetworkInterface[]
  setExcludedInterfaces(names: readonly string[]): void
  isConnected(peerId: PeerId): boolean
  connected(): PeerId[]
  /**
   * A connection to a peer: the open one, or a new one to any of its addresses.
   * @throws ShoalError `peer-unreachable`, `timeout`, `cancelled`.
   */
  dial(target: PeerId | Multiaddr | Multiaddr[], options?: AbortOptions): Promise<Connection>
  stop(): Promise<void>
}

/**
 * Starts a node.
 * @throws ShoalError `bad-address`, `port-taken`.
 */
export async function createNode(options: NodeOptions): Promise<ShoalNode> {
  const clock = options.clock ?? systemClock
  const log = (options.log ?? silentLogger).child('node')
  const watch = new InterfaceWatch({
    read: options.readInterfaces ?? readSystemInterfaces,
    excluded: options.excludedInterfaces ?? [],
    clock,
  })
  try {
    const libp2p = await startLibp2p(options, watch, log)
    const { identity, random = systemRandom } = options
    const record = await signOwnRecord(libp2p, identity.privateKey)
    const identify = new IdentifyPace({
      libp2p,
      identify: (connection) => libp2p.services.identify.identify(connection),
      utilization: loopUtilization(),
      clock,
      random,
      log,
    })
    return assemble({ identity, libp2p, record, identify, watch, log })
  } catch (error) {
    watch.stop()
    throw error
  }
}

/** Another core may take the port between the test for a free one and the start: then the next one is tried. */
async function startLibp2p(
  options: NodeOptions,
  watch: InterfaceWatch,
  log: Logger,
): Promise<Libp2p<NodeServices>> {
  for (let attempt = 1; ; attempt++) {
    const listen = await listenAddresses(options.listen)
    const { identity, version = '0.0.0', resolver = systemResolver, records, dht } = options
    const libp2p = await createLibp2p(
      libp2pOptions({ identity, version, listen, watch, resolver, log, records, dht }),
    )
    try {
      await libp2p.start()
      return libp2p
    } catch (cause) {
      await Promise.resolve(libp2p.stop()).catch(() => {})
      const fixed = options.listen !== undefined && !('port' in options.listen && options.listen.port === 0)
      if (fixed || attempt >= PORT_ATTEMPTS) {
        throw new ShoalError('port-taken', `cannot listen on ${listen.join(', ')}`, { cause })
      }
    }
  }
}

interface NodeParts {
  readonly identity: Identity
  readonly libp2p: Libp2p<NodeServices>
  readonly record: OwnRecord
  readonly identify: IdentifyPace
  readonly watch: InterfaceWatch
  readonly log: Logger
}

function assemble({ identity, libp2p, record, identify, watch, log }: NodeParts): ShoalNode {
  const cleanup = new Cleanup()
  const events = new Emitter<NodeEvents>()
  cleanup.add(() => events.clear())
  cleanup.add(() => withDeadline(STOP_TIMEOUT_MS, 'stopping the node', async () => libp2p.stop()))
  cleanup.add(() => identify.stop())
  cleanup.add(() => watch.stop())
  libp2p.addEventListener('peer:connect', ({ detail }) => events.emit('peer-connected', { peerId: detail }))
  libp2p.addEventListener('peer:disconnect', ({ detail }) =>
    events.emit('peer-disconnected', { peerId: detail }),
  )
  watch.events.on('change', ({ interfaces }) => {
    log.info('the network changed', { interfaces: interfaces.map(({ name }) => name) })
    void announceAgain(libp2p, log)
    events.emit('interfaces-changed', { interfaces })
  })
  return {
    libp2p,
    peerId: libp2p.peerId,
    identity,
    record,
    events,
    addresses: () => sortForPeople(libp2p.getMultiaddrs(), watch.list()),
    listeningOn: () => listeningOn(libp2p),
    interfaces: () => watch.list(),
    setExcludedInterfaces: (names) => watch.setExcluded(names),
    isConnected: (peerId) => libp2p.getConnections(peerId).length > 0,
    connected: () => libp2p.getPeers(),
    dial: (target, dialOptions) => dial(libp2p, watch, target, dialOptions),
    stop: () => cleanup.run(),
  }
}

/** What the transports listen on before it is filtered for announcing; wildcards are expanded. */
function listeningOn(libp2p: Libp2p<NodeServices>): ListeningAddress[] {
  const { transportManager } = (libp2p as unknown as { components: Libp2pComponents }).components
  return transportManager.getAddrs().flatMap((address) => {
    const ip = ipOf(address)
    const port = tcpPortOf(address)
    return ip === undefined || port === undefined ? [] : [{ ip, port }]
  })
}

/** The one inner part of libp2p that is needed: its public list of addresses is already filtered. */
interface Libp2pComponents {
  transportManager: { getAddrs(): Multiaddr[] }
}

/** Identify tells peers our addresses when our own entry in the peer store changes. */
async function announceAgain(libp2p: Libp2p<NodeServices>, log: Logger): Promise<void> {
  try {
    await libp2p.peerStore.patch(libp2p.peerId, { multiaddrs: ownAddresses(libp2p) })
  } catch (error) {
    log.warn('the new addresses could not be announced', { error: String(error) })
  }
}

async function dial(
  libp2p: Libp2p<NodeServices>,
  watch: InterfaceWatch,
  target: PeerId | Multiaddr | Multiaddr[],
  options: AbortOptions = {},
): Promise<Connection> {
  const sorted = Array.isArray(target)
    ? sortForDialling(
        target.map((each) => ({ multiaddr: each })),
        watch.list(),
      ).map((each) => each.multiaddr)
    : target
  try {
    return await withDeadline(
      DIAL_TIMEOUT_MS,
      'dialling a peer',
      (signal) => libp2p.dial(sorted, { signal }),
      options,
    )
  } catch (cause) {
    // The peer may have dialled us meanwhile.
    const open = knownConnection(libp2p, target)
    if (open && !options.signal?.aborted) return open
    if (isShoalError(cause)) throw cause
    if (isAbort(cause) || options.signal?.aborted) {
      throw new ShoalError('cancelled', 'the dial was cancelled', { cause })
    }
    throw new ShoalError('peer-unreachable', 'no address of this peer answered', { cause })
  }
}

function knownConnection(
  libp2p: Libp2p<NodeServices>,
  target: PeerId | Multiaddr | Multiaddr[],
): Connection | undefined {
  const peerId = isPeerId(target) ? target : peerIdIn(Array.isArray(target) ? target[0] : target)
  return peerId && libp2p.getConnections(peerId).find(({ status }) => status === 'open')
}

function peerIdIn(address: Multiaddr | undefined): PeerId | undefined {
  const text = address?.getComponents().findLast(({ name }) => name === 'p2p')?.value
  return text === undefined ? undefined : peerIdFromString(text)
}
