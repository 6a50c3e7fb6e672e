import type { EventSource, Startable } from '../../base/index.ts'
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'

export type PeerSourceKind = 'mdns' | 'dht' | 'tracker' | 'hints' | 'remembered' | 'typed' | 'exchange'

/** What more there is to say of a source that runs. */
export type PeerSourceDetail =
  /** Peers in the routing table. */
  | { readonly is: 'table'; readonly peers: number }
  /** Interfaces it is heard on. */
  | { readonly is: 'interfaces'; readonly names: readonly string[] }
  /** Servers that answer, of all that are asked. */
  | { readonly is: 'servers'; readonly answering: number; readonly all: number }

/** Why a source does not run. */
export type PeerSourceFault =
  | { readonly is: 'no-interface' }
  | { readonly is: 'no-multicast' }
  /** The list of remembered peers cannot be read or written. */
  | { readonly is: 'no-memory' }
  /** In the words of the system, or of a server. */
  | { readonly is: 'error'; readonly message: string }

/** How a source fares. */
export type PeerSourceState =
  | { readonly is: 'off' }
  | { readonly is: 'starting' }
  | { readonly is: 'on'; readonly detail?: PeerSourceDetail }
  | { readonly is: 'failed'; readonly detail: PeerSourceFault }

/** A peer that a source heard of. Nothing in it is verified: who answers a dial proves who it is. */
export interface FoundPeer {
  /** Unknown for a typed `host:port`. */
  readonly peerId: PeerId | undefined
  /** May be empty when the peer id is known: the DHT then looks the addresses up. */
  readonly multiaddrs: readonly Multiaddr[]
  readonly source: PeerSourceKind
  /** Discovery key of the share it is said to be a member of. */
  readonly key?: CID
}

export interface PeerSourceEvents {
  peer: FoundPeer
  state: { state: PeerSourceState }
}

/** What a search already knows. */
export interface SeekOptions {
  /** Addresses from the share's link. */
  readonly hints?: readonly Multiaddr[]
  /** Members of the share are known: what costs much can wait. */
  readonly hasMembers?: () => boolean
}

export interface AnnounceOptions {
  /** False: others find the share by somebody else for now. Default true. */
  readonly isUrgent?: boolean
}

/**
 * One way of finding peers. Any number run side by side and none is required: a source that fails says so in its state
 * and tries again by itself. It may name the same peer as often as it likes.
 */
export interface PeerSource extends Startable {
  readonly kind: PeerSourceKind
  readonly state: PeerSourceState
  readonly events: EventSource<PeerSourceEvents>
  /** Looks for members of a share until the returned function is called. */
  seek?(key: CID, options: SeekOptions): () => void
  /** Tells others that this laptop is a member, until the returned function (withdraw) is called. */
  announce?(key: CID, options: AnnounceOptions): () => void
}
