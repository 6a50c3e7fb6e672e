import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'
import type { EventSource, Startable } from '../../../base/index.ts'

/** How the client fares; `detail` is a short sentence for people. */
export type TrackerState =
  | { readonly is: 'off' }
  | { readonly is: 'starting' }
  | {
      readonly is: 'on'
      /** Trackers that answer, of all that are asked. */
      readonly detail?: { readonly is: 'servers'; readonly answering: number; readonly all: number }
    }
  | { readonly is: 'failed'; readonly detail: { readonly is: 'error'; readonly message: string } }

/** A peer that a tracker named. Nothing in it is verified: who answers a dial proves who it is. */
export interface TrackedPeer {
  readonly peerId: PeerId
  readonly multiaddrs: readonly Multiaddr[]
  readonly source: 'tracker'
  /** Discovery key of the share. */
  readonly key: CID
}

export interface TrackerEvents {
  peer: TrackedPeer
  state: { state: TrackerState }
}

/** What discovery asks of each of its sources; whoever puts them together passes this one in by its shape. */
export interface TrackerSource extends Startable {
  readonly kind: 'tracker'
  readonly state: TrackerState
  readonly events: EventSource<TrackerEvents>
  /** Looks for members of a share until the returned function is called. */
  seek(key: CID, options?: object): () => void
  /** Tells the trackers that this laptop is a member, until the returned function (withdraw) is called. */
  announce(key: CID): () => void
}
