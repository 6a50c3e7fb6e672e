import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr, type Multiaddr } from '@multiformats/multiaddr'
import type { PeerId } from '@libp2p/interface'

/** The peer id a multiaddress ends in; undefined without one or when it is not one. */
export function peerIdOf(address: Multiaddr): PeerId | undefined {
  const text = address.getComponents().findLast(({ name }) => name === 'p2p')?.value
  return text === undefined ? undefined : parsePeerId(text)
}

export function parsePeerId(text: string): PeerId | undefined {
  try {
    return peerIdFromString(text)
  } catch {
    return undefined
  }
}

export function parseMultiaddr(text: string): Multiaddr | undefined {
  try {
    return multiaddr(text)
  } catch {
    return undefined
  }
}

/** The same address with the peer id at its end, so that a dial accepts nobody else. */
export function withPeerId(address: Multiaddr, peerId: PeerId): Multiaddr {
  return peerIdOf(address) ? address : address.encapsulate(`/p2p/${peerId.toString()}`)
}

/** The address alone, for comparing and storing. */
export function withoutPeerId(address: Multiaddr): Multiaddr {
  const text = address.toString()
  const at = text.lastIndexOf('/p2p/')
  return at <= 0 ? address : multiaddr(text.slice(0, at))
}
