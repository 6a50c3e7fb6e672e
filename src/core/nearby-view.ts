import type { Connection, PeerId } from '@libp2p/interface'
import type { NearbyPeer as NearbyPeerView } from '../contract/index.ts'
import type { NearbyCard } from '../peer-to-peer/nearby/index.ts'

/** Somebody on this network as lists show them. */
export function nearbyView(facts: {
  peerId: PeerId
  card: NearbyCard
  connections: readonly Connection[]
  foundBy: readonly string[]
}): NearbyPeerView {
  const { card, connections } = facts
  return {
    peerId: facts.peerId.toString(),
    name: card.name,
    version: card.version,
    addresses: connections.map(({ remoteAddr }) => remoteAddr.toString()),
    connected: connections.length > 0,
    foundBy: [...facts.foundBy],
    shares: card.shares.map((share) => ({ ...share })),
  }
}
