import { join } from 'node:path'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import { Cleanup, silentLogger, sleep, systemClock, systemRandom } from '../../../base/index.ts'
import { createNode, loadIdentity, type ShoalNode } from '../../../peer-to-peer/node/index.ts'
import { createSwarm, type Swarm, type SwarmSession } from '../../../peer-to-peer/swarm/index.ts'
import { createStore, type Store } from '../../../store/index.ts'
import { LAST_PART_MS } from '../../limits.ts'
import type { Host, Offer, RoleOrder } from '../messages.ts'
import { tooLarge, type Role } from './role.ts'

type Giving = Extract<RoleOrder, { is: 'source' | 'server' }>

interface Rooms {
  readonly cleanup: Cleanup
  readonly store: Store
  readonly node: ShoalNode
  readonly swarm: Swarm
}

/** Store, node and swarm as the app has them; peers are met by the hint in the link alone. */
async function rooms(dir: string, host: Host): Promise<Rooms> {
  const cleanup = new Cleanup()
  const common = { clock: systemClock, log: silentLogger }
  try {
    const store = createStore(common, { home: join(dir, 'home') })
    cleanup.add(() => store.stop())
    await store.start()
    const identity = await loadIdentity(join(dir, 'home'))
    const listen = { addresses: [`/${host === '::' ? 'ip6' : 'ip4'}/${host}/tcp/0`] }
    const node = await createNode({ ...common, identity, listen, dht: false })
    cleanup.add(() => node.stop())
    const swarm = createSwarm({
      ...common,
      libp2p: node.libp2p,
      random: systemRandom,
      buffers: store.buffers,
      limits: { up: 0, down: 0 },
      lanes: 'tls',
      name: () => 'racer',
      record: node.record,
    })
    cleanup.add(() => swarm.stop())
    await swarm.start()
    return { cleanup, store, node, swarm }
  } catch (error) {
    await cleanup.run()
    throw error
  }
}

/** Gives: the source of a swarm. */
export async function swarmSource({ dir, file, host }: Giving): Promise<Role> {
  const { cleanup, store, node, swarm } = await rooms(dir, host)
  const share = await store.addShare(file)
  const session = swarm.join(share)
  const offer: Offer = {
    is: 'swarm',
    cid: share.cid.toString(),
    peerId: node.peerId.toString(),
    addresses: node.addresses().map(String),
  }
  return {
    offer,
    peerId: offer.peerId,
    payload: () => session.counters,
    held: () => ({}),
    go: async () => {},
    stop: () => cleanup.run(),
  }
}

/** Gets, and gives what it has. */
export async function swarmPeer(
  dir: string,
  offer: Extract<Offer, { is: 'swarm' }>,
  { host, maxBytes }: { host: Host; maxBytes: number },
): Promise<Role> {
  const { cleanup, store, node, swarm } = await rooms(dir, host)
  const share = await store.openDownload(CID.parse(offer.cid), { targetDir: join(dir, 'to') })
  let session: SwarmSession | undefined
  const held: Record<string, number> = {}
  const counted = new Set<number>()
  const go = async (): Promise<void> => {
    const complete = new Promise<void>((resolve, reject) => {
      share.events.on('complete', () => resolve())
      share.events.on('trouble', ({ error }) => reject(error))
      share.events.on('root', ({ root }) => root.size > maxBytes && reject(tooLarge(root.size)))
    })
    const { promise: allCounted, resolve: countedAll } = Promise.withResolvers<void>()
    session = swarm.join(share)
    session.events.on('part-received', ({ part, from }) => {
      // Near the end a part may come twice: who was first gave it.
      if (part < share.pages || counted.has(part)) return
      counted.add(part)
      held[from] = (held[from] ?? 0) + share.partLength(part)
      if (counted.size === share.root?.chunks) countedAll()
    })
    const addresses = offer.addresses.map((text) => multiaddr(text))
    session.addCandidate(peerIdFromString(offer.peerId), { addresses, isHint: true })
    await complete
    // The store is told of the last part a moment before the swarm is.
    await Promise.race([allCounted, sleep(LAST_PART_MS)])
  }
  return {
    offer: null,
    peerId: node.peerId.toString(),
    addresses: node.addresses().map(String),
    meet: async (others) => {
      for (const addresses of others) await node.dial(addresses.map((text) => multiaddr(text)))
    },
    payload: () => session?.counters ?? { sent: 0, received: 0 },
    held: () => held,
    go,
    stop: () => cleanup.run(),
  }
}
