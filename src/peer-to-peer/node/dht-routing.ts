import { ShoalError } from '../../base/index.ts'
import type { ShoalNode } from './node.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'

/** The node's DHT as discovery asks for it. */
export interface NodeDhtRouting {
  provide(key: CID, options: { signal: AbortSignal }): Promise<void>
  withdraw(key: CID): Promise<void>
  findProviders(
    key: CID,
    options: { signal: AbortSignal },
  ): AsyncIterable<{ id: PeerId; multiaddrs: readonly Multiaddr[] }>
  tableSize(): number
  onPeerAdded(listener: () => void): () => void
}

export function dhtRouting(node: ShoalNode): NodeDhtRouting {
  const { dht } = node.libp2p.services
  if (!dht) throw new ShoalError('internal', 'this node was made without a DHT')
  return {
    async provide(key, options) {
      for await (const _event of dht.provide(key, options)) options.signal.throwIfAborted()
    },
    withdraw: (key) => dht.cancelReprovide(key),
    async *findProviders(key, options) {
      for await (const event of dht.findProviders(key, options)) {
        if (event.name === 'PROVIDER') yield* event.providers
      }
    },
    tableSize: () => dht.routingTable.size,
    onPeerAdded(listener) {
      dht.routingTable.addEventListener('peer:add', listener)
      return () => dht.routingTable.removeEventListener('peer:add', listener)
    },
  }
}
