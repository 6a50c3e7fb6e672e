import type { DhtRouting } from '../peer-to-peer/discovery/index.ts'
import type { ShoalNode } from '../peer-to-peer/node/index.ts'

/** The node's DHT as discovery wants it. */
export function dhtRouting(node: ShoalNode): DhtRouting {
  const { contentRouting, services } = node.libp2p
  const { routingTable } = services.dht
  return {
    provide: (key, options) => contentRouting.provide(key, options),
    withdraw: (key) => contentRouting.cancelReprovide(key),
    findProviders: (key, options) => contentRouting.findProviders(key, options),
    tableSize: () => routingTable.size,
    onPeerAdded: (listener) => {
      routingTable.addEventListener('peer:add', listener)
      return () => routingTable.removeEventListener('peer:add', listener)
    },
  }
}
