import { createHash } from 'node:crypto'
import { kadDHT, type KadDHTComponents } from '@libp2p/kad-dht'
import { serviceCapabilities, type PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { silentLogger, systemClock, systemRandom } from '../../base/index.ts'
import { NameDirectory, nameRecordRules } from '../../peer-to-peer/names/index.ts'
import {
  createIdentity,
  dhtValues,
  KAD_PROTOCOL,
  ownAddresses,
  systemResolver,
  type ObservableKad,
} from '../../peer-to-peer/node/index.ts'
import { InterfaceWatch } from '../../peer-to-peer/node/interface-watch.ts'
import { kadInit, libp2pOptions } from '../../peer-to-peer/node/libp2p-options.ts'
import { loopbackOnly } from '../../peer-to-peer/node/testnet.ts'
import { DISTANCES, NEVER_MS } from './limits.ts'

/** The library's routing table with what its type hides. */
interface FillableTable {
  add(peerId: PeerId): Promise<void>
}

interface Services extends Record<string, unknown> {
  identify: object
  ping: object
  dht: ObservableKad
}

/**
 * A laptop that only looks names up: Shoal's own node over TCP and Noise with its DHT, without the protocols that introduce peers to
 * each other; whom it knows is arranged.
 */
export class LookupPeer {
  readonly peerId: PeerId
  /** Where it is among all ids: what Kademlia measures distances between. */
  readonly place: Uint8Array
  readonly names: NameDirectory
  readonly #libp2p: Libp2p<Services>
  readonly #addresses: Multiaddr[]

  private constructor(libp2p: Libp2p<Services>, names: NameDirectory) {
    this.#libp2p = libp2p
    this.names = names
    this.peerId = libp2p.peerId
    this.place = createHash('sha256').update(libp2p.peerId.toMultihash().bytes).digest()
    this.#addresses = ownAddresses(libp2p)
  }

  /** @param k Kademlia's. @param label its name, if it has one to put. */
  static async open(watch: InterfaceWatch, k: number, label?: string): Promise<LookupPeer> {
    const identity = await createIdentity()
    const rules = nameRecordRules()
    const listen = ['/ip4/127.0.0.1/tcp/0']
    const common = { watch, resolver: systemResolver, log: silentLogger, version: '0.0.0' }
    const create = kadDHT({
      ...kadInit({ validators: rules.validators, selectors: rules.selectors }),
      kBucketSize: k,
      kBucketSplitThreshold: k,
      prefixLength: DISTANCES,
      initialQuerySelfInterval: NEVER_MS,
    })
    const libp2p = await createLibp2p<Services>({
      ...libp2pOptions({ ...common, identity, listen }),
      services: {
        ...introductions(),
        dht: (components) => create(believing(components as unknown as KadDHTComponents)) as ObservableKad,
      },
    })
    await libp2p.start()
    const self = (): { label: string | undefined; addresses: string[] } => ({
      label,
      addresses: libp2p.getMultiaddrs().map(String),
    })
    const dht = dhtValues({ libp2p })
    const { privateKey } = identity
    const around = { clock: systemClock, random: systemRandom, log: silentLogger }
    const names = new NameDirectory({ dht, rules, privateKey, self, ...around })
    return new LookupPeer(libp2p, names)
  }

  /** From now it knows that peer and where it is, as if they had met. */
  async know(other: LookupPeer): Promise<void> {
    const about = { multiaddrs: other.#addresses, protocols: [KAD_PROTOCOL] }
    await this.#libp2p.peerStore.merge(other.peerId, about)
    await (this.#libp2p.services.dht.routingTable as unknown as FillableTable).add(other.peerId)
  }

  async stop(): Promise<void> {
    await this.#libp2p.stop()
  }
}

/** Interfaces of a laptop that has nothing but itself. */
export function loopbackWatch(): InterfaceWatch {
  return new InterfaceWatch({ read: loopbackOnly, excluded: [], clock: systemClock })
}

/** The DHT demands these two; nobody is introduced here. */
function introductions() {
  return {
    identify: () => ({ [serviceCapabilities]: ['@libp2p/identify'] }),
    ping: () => ({ [serviceCapabilities]: ['@libp2p/ping'] }),
  }
}

/** Whoever is arranged to be known is not asked first whether it is there. */
function believing(components: KadDHTComponents): KadDHTComponents {
  const ping = { ping: async () => 0 }
  return new Proxy(components, {
    get: (target, key): unknown => (key === 'ping' ? ping : target[key as keyof KadDHTComponents]),
  })
}
