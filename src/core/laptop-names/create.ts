import type { Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '@libp2p/interface'
import type { Clock, Logger } from '../../base/index.ts'
import type { Nearby, NearbyCard } from '../../peer-to-peer/nearby/index.ts'
import type { ShoalNode } from '../../peer-to-peer/node/index.ts'
import type { NameSystem } from '../names/index.ts'
import type { Servers } from '../servers/servers.ts'
import { otherFacts, ownFacts } from './facts.ts'
import { isOnThisMachine } from './same-machine.ts'
import { LaptopNames } from './laptop-names.ts'

/** The names of this laptop and of those nearby, kept as they come, go and change. */
export function createLaptopNames(around: {
  names: NameSystem
  node: ShoalNode
  nearby: Nearby
  servers: Servers
  name: () => string
  listed: () => NearbyCard['shares']
  clock: Clock
  log: Logger
}): LaptopNames {
  const { names, node, nearby, servers, name, listed, clock } = around
  const laptops = new LaptopNames({
    names,
    clock,
    log: around.log.child('laptop-names'),
    self: () => {
      const { hosts, ports } = servers.view()
      const peerId = node.peerId.toString()
      return ownFacts({
        peerId,
        name: name(),
        addresses: node.addresses(),
        servers: ports,
        hosts,
        shares: listed(),
      })
    },
    others: () =>
      Promise.all(
        nearby.peers().map(async ({ peerId, card }) => {
          const connectedFrom = node.libp2p.getConnections(peerId).map(({ remoteAddr }) => remoteAddr)
          return otherFacts({
            peerId: peerId.toString(),
            card,
            connectedFrom,
            listening: await listeningAddresses(node, peerId),
            isOnThisMachine: isOnThisMachine(connectedFrom, node.interfaces()),
          })
        }),
      ),
  })
  const changed = (): void => laptops.changed()
  nearby.events.on('peer', changed)
  nearby.events.on('gone', changed)
  node.events.on('interfaces-changed', changed)
  servers.events.on('changed', changed)
  names.setAnswerFirst(laptops.answerForOwn)
  return laptops
}

async function listeningAddresses(node: ShoalNode, peerId: PeerId): Promise<Multiaddr[]> {
  try {
    const { addresses } = await node.libp2p.peerStore.get(peerId)
    return addresses.map(({ multiaddr }) => multiaddr)
  } catch {
    // Not known yet: identify has not finished.
    return []
  }
}
