import type { Bitmap } from '../../../base/bitmap.ts'
import type { Part } from '../../../content/types.ts'
import type {
  BlockVerdict,
  HandOut,
  PartFailure,
  PartTable,
  PeerIntroduction,
  PeerKey,
  PeerUpdate,
  PolicyLimit,
  PolicyStatus,
  UploadBlock,
  UploadSide,
} from './types.ts'

/**
 * Every decision of one node about one share: what to ask of whom, what to announce and when, which first copies to
 * hand out, what to serve next. Pure: no input or output, no timers. How to drive it:
 *
 * 1. Tell it facts as they happen. Facts a peer sent may be wrong: methods marked *hostile* throw
 *    `protocol-violation`, and the driver ends the session with that peer.
 * 2. After a batch of facts call `takeUpdates(now)` and send each message, in order, on the peer's control stream.
 *    It returns only what is due; what can wait to be sent together is returned by a later call.
 * 3. Call `takeUpdates` again at `nextWake()` at the latest (one timer per share).
 * 4. Whenever the uplink may have room (after facts, after acknowledgements) ask `Uplink.nextBlock`.
 */
export interface SharePolicy {
  // --- the share ---------------------------------------------------------------------------------------------

  /** The root is known. What peers told before is kept and counts from now on. Called once. */
  partsKnown(table: PartTable, held: Bitmap, now: number): void
  /** A part was verified and is on disk: announced to peers, served from now on. */
  partHeld(part: Part, now: number): void
  /** A part is no longer held (its file changed, it failed a check): withdrawn, asked for again unless a source. */
  partLost(part: Part, now: number): void
  /** Stops asking (requests out are cancelled, credit is not renewed) and serving, or takes both up again. */
  setPaused(paused: { downloads: boolean; uploads: boolean }, now: number): void

  /** Sends nothing of this share before `until` (a token bucket of its own ran dry). */
  holdUploads(until: number): void

  // --- peers -------------------------------------------------------------------------------------------------

  /**
   * A session is there: both proved that they know the share. Before the root is known too. What this node holds is
   * in the first update after it, so the hello carries `isSource` (this node's own: `PolicyStatus.mode` is
   * 'spreading' or 'revealed') and no bitmap.
   */
  peerJoined(peer: PeerKey, introduction: PeerIntroduction, now: number): void
  /** The session ended. Requests to it are asked elsewhere; bytes in progress to it no longer count. */
  peerLeft(peer: PeerKey, now: number): void
  /** The peer's bitmap as it came, replacing what it told before. *Hostile.* */
  peerBitmap(peer: PeerKey, bitmap: Uint8Array, now: number): void
  /** *Hostile.* */
  peerHave(peer: PeerKey, parts: readonly Part[], now: number): void
  /** The peer grants `parts` further pushes. *Hostile.* */
  peerCredit(peer: PeerKey, parts: number, now: number): void
  /** Queues what the peer asks for. Returns the parts that will not be sent: tell the peer so with `reject`. *Hostile.* */
  peerRequests(peer: PeerKey, parts: readonly Part[], now: number): Part[]
  /** Forgets requests; a part already half sent is broken off. *Hostile.* */
  peerCancels(peer: PeerKey, parts: readonly Part[], now: number): void
  /** First copies another source handed out. *Hostile.* */
  peerHandedOut(peer: PeerKey, handOuts: readonly HandOut[], now: number): void
  /** A round trip on the control stream took `ms`. */
  peerRoundTrip(peer: PeerKey, ms: number, now: number): void

  // --- what arrives ------------------------------------------------------------------------------------------

  /**
   * A block (its header) of a part begins to arrive: keep or drop it. Called for every block, since a part can become
   * unwanted half-way. The first block kept of a part nobody asked for uses up one part of the credit. Without `offset` a part that
   * is sent a second time right after it was dropped is taken for the rest of the first.
   */
  blockArriving(peer: PeerKey, part: Part, length: number, now: number, offset?: number): BlockVerdict
  /** The last byte of a part is there; it will be verified and written. Frees the peer's slot at once. */
  partReceived(peer: PeerKey, part: Part, now: number): void
  /** A part that was on its way, or was received and not yet held, will not come; it is asked for elsewhere. */
  partFailed(peer: PeerKey, part: Part, failure: PartFailure, now: number): void

  // --- decisions ---------------------------------------------------------------------------------------------

  /** Control messages that are due. An update of one peer is never split. */
  takeUpdates(now: number): PeerUpdate[]
  /** What every peer should know when this node leaves: to be sent on the control stream, before the goodbye. */
  farewell(): PeerUpdate[]
  /** When `takeUpdates` should be called again at the latest; Infinity: only after new facts. */
  nextWake(): number

  // --- facts for people --------------------------------------------------------------------------------------

  readonly status: PolicyStatus
  /** What holds this share back; undefined when nothing is to be done. */
  limit(now: number): PolicyLimit | undefined
  /** How many connected peers are known to hold a part. */
  availability(part: Part): number
  /** How many parts a peer is known to hold. */
  peerHolds(peer: PeerKey): number
  /** Smoothed bytes per second from a peer, 0 when nothing came lately. */
  rateFrom(peer: PeerKey, now: number): number
  /** For the `Uplink` it was added to, and nobody else. */
  readonly uploads: UploadSide
}

/**
 * The uplink of this node: one for the app, for all shares and both lanes. Few bytes are in progress (handed to the
 * network and not yet acknowledged by the receiver) at a time, so that chunks are finished one after another instead of
 * all at once.
 */
export interface Uplink {
  /** Takes a share into account; what is sent is divided evenly, by bytes, among shares that have something to send. */
  add(share: SharePolicy): void
  remove(share: SharePolicy): void
  /**
   * The next block to send, which is in progress from this moment; undefined when there is no room or nothing to send.
   * Ask until undefined. Blocks of one peer and share must be sent in the order given.
   */
  nextBlock(now: number): UploadBlock | undefined
  /**
   * The receiver acknowledged `bytes` further bytes of blocks (their payload, in the order sent). It does so at the end of a part,
   * every 32 KiB, and for every block shorter than that: such blocks mean a slow link, where each acknowledgement is waited for.
   */
  acknowledged(share: SharePolicy, peer: PeerKey, bytes: number, now: number): void
  /**
   * The part of a block cannot be sent (reading failed). Its bytes handed out and not acknowledged no longer count. Tell
   * the peer with `reject`, and `partLost` where it is.
   */
  abandoned(share: SharePolicy, peer: PeerKey, part: Part, now: number): void
  /**
   * A lane broke while the session lives. Parts not acknowledged in full are handed out again from their beginning; the
   * receiver throws halves away and keeps waiting for them.
   */
  laneLost(share: SharePolicy, peer: PeerKey, now: number): void
  /** Bytes that may be in progress now. */
  limit(now: number): number
  /** Bytes in progress. */
  readonly inProgress: number
  /** The largest acknowledged rate of late, bytes per second; 0 before it is known. */
  rate(now: number): number
}
