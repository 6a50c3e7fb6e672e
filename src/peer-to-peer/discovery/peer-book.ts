import { MAX_ADDRESSES, MAX_KNOWN_PEERS } from './limits.ts'
import { withoutPeerId, withPeerId } from './multiaddrs.ts'
import type { FoundPeer, PeerSourceKind } from './peer-source.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'

/** Where the dialling of a peer stands. */
export type DialState =
  | { readonly is: 'idle' }
  | { readonly is: 'queued' }
  | { readonly is: 'dialling' }
  /** Pausing after a failure; `again`: a source named the peer since. */
  | { readonly is: 'resting'; again: boolean; readonly cancel: () => void }

export interface KnownPeer {
  /** Peer id, or the address while nobody has said who lives there. */
  readonly name: string
  readonly peerId: PeerId | undefined
  /** Who answered, where the peer id was unknown. */
  reachedAs?: PeerId
  /** Without peer id, newest last. */
  readonly addresses: Map<string, Multiaddr>
  readonly foundBy: Set<PeerSourceKind>
  /** Clock time it was last named, ms. */
  seenAt: number
  /** Clock times, ms: somebody needs this peer until then; it was last dialled. */
  wantedUntil: number
  dialledAt: number
  /** Failed dials since it was last reached. */
  failures: number
  dial: DialState
}

/** The peers that sources named, a bounded number of them: who was not heard of for longest makes room. */
export class PeerBook {
  readonly #peers = new Map<string, KnownPeer>()

  get(name: string): KnownPeer | undefined {
    return this.#peers.get(name)
  }

  all(): IterableIterator<KnownPeer> {
    return this.#peers.values()
  }

  get size(): number {
    return this.#peers.size
  }

  delete(name: string): void {
    this.#peers.delete(name)
  }

  /** Notes what a source said; tells whether an address is new. Undefined when there is nothing to go by. */
  note(found: FoundPeer, now: number): { peer: KnownPeer; isNews: boolean } | undefined {
    const name = found.peerId?.toString() ?? found.multiaddrs[0]?.toString()
    if (name === undefined) return undefined
    const known = this.#peers.get(name)
    const peer = known ?? this.#create(name, found.peerId, now)
    peer.seenAt = now
    peer.foundBy.add(found.source)
    this.#peers.delete(name)
    this.#peers.set(name, peer)
    const isNews = addAddresses(peer, found.multiaddrs)
    return { peer, isNews: isNews || !known }
  }

  #create(name: string, peerId: PeerId | undefined, now: number): KnownPeer {
    if (this.#peers.size >= MAX_KNOWN_PEERS) this.#makeRoom()
    const never = Number.NEGATIVE_INFINITY
    const times = { seenAt: now, wantedUntil: never, dialledAt: never }
    return {
      name,
      peerId,
      addresses: new Map(),
      foundBy: new Set(),
      ...times,
      failures: 0,
      dial: { is: 'idle' },
    }
  }

  #makeRoom(): void {
    for (const peer of this.#peers.values()) {
      if (peer.dial.is === 'queued' || peer.dial.is === 'dialling') continue
      if (peer.dial.is === 'resting') peer.dial.cancel()
      this.#peers.delete(peer.name)
      return
    }
  }
}

function addAddresses(peer: KnownPeer, multiaddrs: readonly Multiaddr[]): boolean {
  let isNews = false
  for (const multiaddr of multiaddrs.slice(0, MAX_ADDRESSES)) {
    const bare = peer.peerId ? withoutPeerId(multiaddr) : multiaddr
    const text = bare.toString()
    isNews ||= !peer.addresses.has(text)
    peer.addresses.delete(text)
    peer.addresses.set(text, bare)
  }
  for (const text of peer.addresses.keys()) {
    if (peer.addresses.size <= MAX_ADDRESSES) break
    peer.addresses.delete(text)
  }
  return isNews
}

/** What to dial: the addresses bound to the peer id, newest first, or the id alone. */
export function dialTarget(peer: KnownPeer): PeerId | Multiaddr[] {
  const { peerId } = peer
  const addresses = [...peer.addresses.values()].toReversed()
  if (!peerId) return addresses
  return addresses.length === 0 ? peerId : addresses.map((each) => withPeerId(each, peerId))
}
