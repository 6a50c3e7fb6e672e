import { Bitmap } from '../../../base/bitmap.ts'
import type { Part } from '../../../content/types.ts'
import { ASSUMED_ROUND_TRIP_MS, MAX_ROUND_TRIP_MS, RATE_MEMORY_MS, ROUND_TRIP_EPOCH_MS } from './limits.ts'
import { RateMeter } from './rate-meter.ts'
import type { HandOut, PeerKey } from './types.ts'

/** A part sent, or being sent, to a peer and not acknowledged in full. */
export interface Sending {
  readonly part: Part
  readonly kind: 'push' | 'reply'
  readonly length: number
  /** Bytes handed to the network. */
  sent: number
  /** Bytes acknowledged. */
  acknowledged: number
  /** Nothing further of it is sent: cancelled, or it cannot be read. */
  stopped: boolean
}

/** What this node knows of one peer of one share, by room of the policy. Only the named module writes its fields. */
export class Peer {
  readonly key: PeerKey
  readonly isSource: boolean
  /** Small number, for arrays by part. */
  readonly index: number

  // availability
  has = new Bitmap(0)

  // fetcher
  /** Parts it may have that were wanted when they were put here; checked when taken out. */
  readonly candidates: Part[] = []
  /** Where its bitmap is to be scanned for further candidates; undefined: all are in `candidates`. */
  scanFrom: number | undefined
  /** Parts asked of it or coming from it, oldest first. */
  readonly outstanding = new Set<Part>()
  /** Parts no longer wanted from it that may still come. */
  readonly revoked = new Set<Part>()
  readonly downRate = new RateMeter(RATE_MEMORY_MS)
  lastProgress = 0
  /** Rate when it last sent something, bytes per second; 0: nothing yet. */
  progressRate = 0
  missedDeadlines = 0
  notBefore = 0
  /** Pushes granted and not begun; negative: beyond the credit. */
  creditOpen = 0
  /** The part whose blocks come now: kept … */
  arriving: Part | undefined
  /** … or thrown away. */
  dropping: Part | undefined

  // spreader
  credit = 0
  backlog = 0
  handedCount = 0
  pushesOut = 0

  // uploads
  /** Parts asked for, oldest first, with the order of their arrival. */
  readonly queue = new Map<Part, number>()
  readonly resend: Array<Pick<Sending, 'part' | 'kind'>> = []
  readonly sending: Sending[] = []
  unacknowledged = 0
  lastAcknowledged = 0
  stalled = false
  /** When a stalled peer was last sent something. */
  probedAt = 0

  // announcer
  toldUpTo = 0
  /** What waits for company is sent by then. */
  dueAt = Number.POSITIVE_INFINITY
  bitmapDue = true
  readonly requests: Part[] = []
  readonly cancels: Part[] = []
  creditDue = 0
  readonly handOuts: HandOut[] = []

  #roundTrip: number | undefined
  #thisEpoch = Number.POSITIVE_INFINITY
  #lastEpoch = Number.POSITIVE_INFINITY
  #epochEnds = Number.NEGATIVE_INFINITY

  constructor(key: PeerKey, isSource: boolean, index: number) {
    this.key = key
    this.isSource = isSource
    this.index = index
  }

  /** The smallest of the last half to whole minute: what waits in queues, ours among them, is not the path's. */
  get roundTrip(): number {
    return this.#roundTrip ?? ASSUMED_ROUND_TRIP_MS
  }

  addRoundTrip(ms: number, now: number): void {
    const sample = Math.min(Math.max(ms, 0), MAX_ROUND_TRIP_MS)
    if (now >= this.#epochEnds) {
      this.#lastEpoch = this.#thisEpoch
      this.#thisEpoch = sample
      this.#epochEnds = now + ROUND_TRIP_EPOCH_MS
    }
    this.#thisEpoch = Math.min(this.#thisEpoch, sample)
    this.#roundTrip = Math.min(this.#thisEpoch, this.#lastEpoch)
  }

  get isComplete(): boolean {
    return this.has.isFull && this.has.length > 0
  }
}
