import type { Part } from '../../../content/types.ts'
import type { SharePolicy, Uplink } from './facade.ts'
import {
  BLOCKS,
  INITIAL_CHUNKS,
  INITIAL_IN_PROGRESS_BYTES,
  IN_PROGRESS_OVER_ROUND_TRIP_MS,
  MIN_BLOCKS,
} from './limits.ts'
import { InProgressTime } from './in-progress-time.ts'
import { RateWindows } from './rate-windows.ts'
import { SlowStart } from './slow-start.ts'
import type { PeerKey, UploadBlock } from './types.ts'

export interface UplinkOptions {
  /** Ablation of the simulator: bytes in progress at most, instead of the rule. */
  readonly fixedLimit?: number | undefined
}

/** The rule of the limit: `max(MIN_BLOCKS, R · T)`, R the largest acknowledged rate of late, T IN_PROGRESS_MS or more. */
export class UplinkBudget implements Uplink {
  readonly #options: UplinkOptions
  /** Where each share's next byte stands in a common count (start-time fair queueing): the one furthest back goes first. */
  readonly #shares = new Map<SharePolicy, number>()
  #reached = 0
  readonly #time = new InProgressTime()
  readonly #start = new SlowStart()
  readonly #windows = new RateWindows((rate) => this.#time.addWindow(rate))

  constructor(options: UplinkOptions = {}) {
    this.#options = options
  }

  add(share: SharePolicy): void {
    this.#shares.set(share, this.#reached)
  }

  remove(share: SharePolicy): void {
    this.#shares.delete(share)
  }

  get inProgress(): number {
    let bytes = 0
    for (const share of this.#shares.keys()) bytes += share.uploads.inProgress
    return bytes
  }

  rate(now: number): number {
    return this.#windows.rate(now)
  }

  limit(now: number): number {
    if (this.#options.fixedLimit !== undefined) return this.#options.fixedLimit
    let roundTrip = 0
    let chunkSize = 0
    let isSpreading = false
    for (const { uploads } of this.#shares.keys()) {
      isSpreading ||= uploads.isSpreading
      roundTrip = Math.max(roundTrip, uploads.roundTrip)
      chunkSize = Math.max(chunkSize, uploads.chunkSize)
    }
    const rate = this.#windows.rate(now)
    const first = Math.min(INITIAL_CHUNKS * chunkSize, INITIAL_IN_PROGRESS_BYTES)
    const time = Math.max(this.#time.ms, roundTrip + IN_PROGRESS_OVER_ROUND_TRIP_MS)
    const room = isSpreading ? this.#start.room : 0
    const least = rate === 0 || room > 0 ? first + room : MIN_BLOCKS * blockBytes(rate)
    return Math.max(least, (rate * time) / 1000)
  }

  nextBlock(now: number): UploadBlock | undefined {
    const limit = this.limit(now)
    const bytes = blockBytes(this.#windows.rate(now))
    if (this.inProgress >= limit) return this.#refuse(now)
    const shares = [...this.#shares.keys()].sort((a, b) => this.#turnOf(a) - this.#turnOf(b))
    for (const share of shares) {
      const block = share.uploads.continueStarted(limit, bytes, now)
      if (block) return this.#count(share, block, now)
    }
    for (const share of shares) {
      const block = share.uploads.startNext(limit, bytes, now)
      if (!block) continue
      this.#reached = this.#turnOf(share)
      return this.#count(share, block, now)
    }
    if (shares.some((share) => share.uploads.hasWork(now))) this.#windows.markLimited(now)
    return undefined
  }

  acknowledged(share: SharePolicy, peer: PeerKey, bytes: number, now: number): void {
    const counted = share.uploads.acknowledged(peer, bytes, now)
    if (counted === 0) return
    this.#windows.add(counted, now)
    this.#start.acknowledged(counted, now)
  }

  abandoned(share: SharePolicy, peer: PeerKey, part: Part, now: number): void {
    share.uploads.abandoned(peer, part, now)
  }

  laneLost(share: SharePolicy, peer: PeerKey, now: number): void {
    share.uploads.laneLost(peer, now)
  }

  #refuse(now: number): undefined {
    this.#windows.markLimited(now)
    this.#start.markLimited()
    for (const share of this.#shares.keys()) if (share.uploads.isActive) share.uploads.markLimited(now)
    return undefined
  }

  #count(share: SharePolicy, block: UploadBlock, now: number): UploadBlock {
    this.#start.sent(block.length, now)
    this.#shares.set(share, this.#turnOf(share) + block.length)
    return block
  }

  /** A share that was idle starts level with the others: it has no claim to what it did not use. */
  #turnOf(share: SharePolicy): number {
    return Math.max(this.#reached, this.#shares.get(share) ?? 0)
  }
}

function blockBytes(rate: number): number {
  return BLOCKS.find(({ below }) => rate < below)!.bytes
}
