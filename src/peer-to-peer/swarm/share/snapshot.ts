import type { StoredShare } from '../../../store/types.ts'
import type { TokenBucket } from '../../../transport/token-bucket.ts'
import type { LaneKind } from '../lanes/lane.ts'
import type { Link } from '../link/link.ts'
import type { SharePolicy } from '../policy/facade.ts'
import type { PolicyStatus } from '../policy/types.ts'
import type { Pressure } from './driver.ts'
import type { Giver, Ledger, RateSample } from './ledger.ts'
import { guessTransferLimit, type TransferLimit } from './transfer-limit.ts'

/** One neighbour as seen from here. Rates in bytes per second. */
export interface PeerSnapshot {
  readonly peer: string
  readonly name: string
  readonly openedBy: 'me' | 'them'
  readonly lane: LaneKind
  readonly address: string
  /** Share of all parts it is known to hold, 0…1. */
  readonly has: number
  readonly downRate: number
  readonly upRate: number
  readonly bytesReceived: number
  readonly bytesSent: number
  /** Who uploads at the moment; undefined when nothing passes. */
  readonly nowServing: 'me' | 'them' | 'both' | undefined
  readonly isSource: boolean
  /** Milliseconds. */
  readonly roundTrip: number | undefined
}

/** Every chunk: who gave it, who has it. */
export interface ChunkPicture {
  /** Index into `givers` of each chunk; −1 not held, −2 in flight. */
  readonly chunkGivers: Int32Array
  readonly givers: readonly (Giver & { readonly isMe: boolean })[]
  /** How many neighbours hold each chunk, 255 at most. */
  readonly availability: Uint8Array
}

export interface SessionSnapshot {
  readonly peers: readonly PeerSnapshot[]
  /** Drawn when it is asked for: it looks at every chunk, and lists of shares do not show it. */
  readonly picture: () => ChunkPicture
  /** Parts that are missing here and that no neighbour is known to hold. */
  readonly nobodyHas: number
  readonly rates: readonly RateSample[]
  readonly downRate: number
  readonly upRate: number
  readonly sent: number
  readonly received: number
  /** 0…1; undefined before the first verified part. */
  readonly fromOthers: number | undefined
  /** Receivers among the neighbours, and how many of them hold everything. */
  readonly copies: { readonly complete: number; readonly of: number }
  readonly safeToLeave: boolean
  readonly limit: TransferLimit | undefined
  readonly status: PolicyStatus
  /** The lane most bytes go by; undefined without neighbours. */
  readonly lane: LaneKind | undefined
}

export interface SnapshotInit {
  readonly share: StoredShare
  readonly links: readonly Link[]
  readonly policy: SharePolicy
  readonly ledger: Ledger
  readonly self: { readonly peerId: string; readonly name: string }
  readonly pressure: Pressure
  readonly writingBytes: number
  readonly isInFlight: (part: number) => boolean
  readonly limits: {
    readonly own: { up: TokenBucket; down: TokenBucket }
    readonly app: { up: TokenBucket; down: TokenBucket }
  }
  readonly now: number
}

export function takeSnapshot(init: SnapshotInit): SessionSnapshot {
  const { policy, ledger, now } = init
  const peers = init.links.flatMap((link) => peerSnapshot(init, link))
  const receivers = peers.filter((peer) => !peer.isSource)
  const status = policy.status
  return {
    peers,
    picture: () => chunkPicture(init),
    nobodyHas: missingEverywhere(init),
    rates: ledger.samples,
    downRate: peers.reduce((sum, peer) => sum + peer.downRate, 0),
    upRate: peers.reduce((sum, peer) => sum + peer.upRate, 0),
    ...ledger.counters,
    fromOthers: ledger.fromOthers,
    copies: { complete: receivers.filter((peer) => peer.has === 1).length, of: receivers.length },
    safeToLeave: status.safeToLeave,
    limit: guessTransferLimit({ ...init, policyLimit: policy.limit(now) }),
    status,
    lane: peers.some((peer) => peer.lane === 'tls') ? 'tls' : peers.length > 0 ? 'stream' : undefined,
  }
}

function peerSnapshot({ share, policy }: SnapshotInit, link: Link): PeerSnapshot[] {
  if (link.phase.is !== 'active') return []
  const { introduction } = link.phase
  const downRate = link.received.rate()
  const upRate = link.sent.rate()
  return [
    {
      peer: link.peer,
      name: introduction.name,
      openedBy: link.connection.direction === 'outbound' ? 'me' : 'them',
      lane: link.lanes?.kind ?? 'stream',
      address: link.connection.remoteAddr.toString(),
      has: introduction.isSource ? 1 : share.parts === 0 ? 0 : policy.peerHolds(link.peer) / share.parts,
      downRate,
      upRate,
      bytesReceived: link.received.total,
      bytesSent: link.sent.total,
      nowServing: downRate > 0 ? (upRate > 0 ? 'both' : 'them') : upRate > 0 ? 'me' : undefined,
      isSource: introduction.isSource,
      roundTrip: link.roundTrip,
    },
  ]
}

function missingEverywhere({ share, policy }: SnapshotInit): number {
  let parts = 0
  for (const part of share.held.missing()) if (policy.availability(part) === 0) parts++
  return parts
}

function chunkPicture(init: SnapshotInit): ChunkPicture {
  const { share, ledger, policy, self } = init
  const chunks = share.root?.chunks ?? 0
  const chunkGivers = new Int32Array(chunks)
  const availability = new Uint8Array(chunks)
  const me = ledger.givers.length
  for (let chunk = 0; chunk < chunks; chunk++) {
    const part = share.pages + chunk
    availability[chunk] = Math.min(255, policy.availability(part))
    if (share.held.has(part)) chunkGivers[chunk] = ledger.giverOf(part) ?? me
    else chunkGivers[chunk] = init.isInFlight(part) ? -2 : -1
  }
  const givers = [
    ...ledger.givers.map((giver) => ({ ...giver, isMe: false })),
    { peer: self.peerId, name: self.name, isSource: false, isMe: true },
  ]
  return { chunkGivers, givers, availability }
}
