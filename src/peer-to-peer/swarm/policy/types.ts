import type { Random } from '../../../base/random.ts'
import type { Part } from '../../../content/types.ts'

/**
 * What the policy and its driver say to each other. The policy decides, the driver does: it tells *facts* (methods of
 * `SharePolicy` and `Uplink`) and carries out *decisions* (`PeerUpdate`, `UploadBlock`). All times are milliseconds of
 * one clock that never goes back.
 */

/** Who a peer is: any text that is the same on every node (the peer id), since sources speak of third parties. */
export type PeerKey = string

/** What a share consists of, known once its root is. */
export interface PartTable {
  /** Pages and chunks together. */
  readonly parts: number
  /** Parts below this number are pages. */
  readonly pages: number
  /** Nominal bytes of a chunk. */
  readonly chunkSize: number
  /** Bytes of a part, at least 1. */
  lengthOf(part: Part): number
}

export interface SharePolicyOptions {
  /** This node's own key: several sources divide the work by the order of their keys. */
  readonly self: PeerKey
  readonly random: Random
  /** Bytes that may be asked for or half-way to the disk at one time; as much as there is buffer memory. */
  readonly maxIncomingBytes?: number
  /** Ablations of the simulator; never set by the app. */
  readonly tuning?: Partial<Tuning>
}

/** How a peer presented itself in its hello. */
export interface PeerIntroduction {
  /** It held everything when it came: it spreads first copies, and is not a receiver. */
  readonly isSource: boolean
}

/** A source's word that it handed the first copy of `part` to `peer`. */
export interface HandOut {
  readonly part: Part
  readonly peer: PeerKey
}

/** One control message to one peer. Empty lists and 0 mean that the field is absent. */
export interface PeerUpdate {
  readonly peer: PeerKey
  /** Replaces everything told before: this and nothing else is offered. Voids requests for what is not in it. */
  readonly bitmap: Uint8Array<ArrayBuffer> | undefined
  readonly have: readonly Part[]
  readonly request: readonly Part[]
  readonly cancel: readonly Part[]
  /** Further parts the peer may push without being asked. */
  readonly credit: number
  /** To other sources only. */
  readonly handedOut: readonly HandOut[]
}

/** What to do with a block that begins to arrive. */
export type BlockVerdict =
  /** Wanted: collect it. */
  | 'keep'
  /** Not wanted (any more): acknowledge it and throw it away. */
  | 'drop'
  /** Pushed beyond the credit given, or not a part of this share: the peer breaks the protocol. */
  | 'violation'

/** Why a part that was on its way from a peer will not come. */
export type PartFailure =
  /** The peer said that it cannot or will not send it. */
  | 'rejected'
  /** The bytes did not verify. The driver bans the peer besides. */
  | 'mismatch'
  /** It arrived and could not be kept (disk trouble, transfer broken off); the peer is not to blame. */
  | 'aborted'

/** Bytes to send next on this node's uplink. */
export interface UploadBlock {
  /** The share it belongs to: the same object that was added to the `Uplink`. */
  readonly share: object
  readonly peer: PeerKey
  readonly part: Part
  readonly offset: number
  readonly length: number
  /** True for the block that ends the part. */
  readonly isLast: boolean
  /** Pushed by a spreading source, or asked for. Both look alike on the wire. */
  readonly kind: 'push' | 'reply'
}

/** What holds a download (or the uploads of a share) back now, as far as the policy can see. */
export type PolicyLimit = 'source-uplink' | 'my-downlink' | 'my-uplink' | 'no-source'

/** What the uplink needs of one share; not for the driver. */
export interface UploadSide {
  /** Bytes in progress. */
  readonly inProgress: number
  /** 0 until the root is known. */
  readonly chunkSize: number
  /** Longest round trip among receivers with bytes in progress, ms. */
  readonly roundTrip: number
  readonly isActive: boolean
  /** First copies go out here: whoever gets one waits for nothing else from this uplink. */
  readonly isSpreading: boolean
  /** Something is to be sent, if only the receivers could take it now. */
  hasWork(now: number): boolean
  continueStarted(limit: number, blockBytes: number, now: number): UploadBlock | undefined
  startNext(limit: number, blockBytes: number, now: number): UploadBlock | undefined
  /** Returns the bytes that were in progress. */
  acknowledged(peer: PeerKey, bytes: number, now: number): number
  abandoned(peer: PeerKey, part: Part, now: number): void
  laneLost(peer: PeerKey, now: number): void
  /** The uplink had no room. */
  markLimited(now: number): void
}

/** Facts for a person's picture of the share. Cheap: kept up to date, not computed. */
export interface PolicyStatus {
  /** A source is spreading or revealed; anyone else receives, or holds everything. */
  readonly mode: 'receiving' | 'spreading' | 'revealed' | 'holding'
  /** Parts not held. */
  readonly missing: number
  /** Of those: not in flight, nor received and waiting to be verified. */
  readonly wanted: number
  readonly inFlight: number
  readonly receivers: number
  readonly sources: number
  /** Others together hold every part: this node may leave. */
  readonly safeToLeave: boolean
  /** First copies still to be handed out (sources only). */
  readonly firstCopiesLeft: number
}

/** Everything an ablation may change. */
export interface Tuning {
  /** A source pushes first copies; false: it shows what it has and answers requests. */
  readonly spread: boolean
  /** Who gets the next first copy. */
  readonly handOut: 'backlog' | 'round-robin'
  readonly endGame: boolean
}
