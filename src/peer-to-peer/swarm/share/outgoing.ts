import { toShoalError, type Clock, type ShoalError } from '../../../base/index.ts'
import type { StoredShare } from '../../../store/types.ts'
import type { Lane } from '../lanes/lane.ts'
import type { BlockSender, PeerLanes } from '../lanes/peer-lanes.ts'
import { READ_AHEAD_BYTES } from '../limits.ts'
import type { UploadBlock } from '../policy/types.ts'

export interface OutgoingInit {
  readonly share: StoredShare
  readonly lanes: PeerLanes
  readonly clock: Clock
  /** Number that the receiver gave this share. */
  readonly handle: number
  readonly onSent: (bytes: number) => void
  readonly onAcknowledged: (bytes: number) => void
  readonly onLaneLost: () => void
  /** A part cannot be read. Its blocks are not sent. */
  readonly onFailed: (part: number, error: ShoalError) => void
}

/** A stretch of a part, read at once. */
interface Segment {
  readonly part: number
  readonly start: number
  readonly end: number
  readonly bytes: Promise<Uint8Array>
}

interface Queued {
  readonly block: UploadBlock
  readonly segment: Segment
}

/** Blocks of one share to one peer: read in long stretches, sent in the order the policy gave them. */
export class Outgoing implements BlockSender {
  readonly #init: OutgoingInit
  readonly #laneOf = new Map<number, Lane>()
  #queue: Queued[] = []
  #segment: Segment | undefined
  #isRunning = false
  #isOpen = true
  /** Bytes given to us and neither acknowledged nor given up, and when that last became less. */
  #pending = 0
  #progressAt = 0

  constructor(init: OutgoingInit) {
    this.#init = init
  }

  /** Milliseconds that the peer has taken nothing of what is meant for it; 0 when nothing is. */
  stalledFor(now: number): number {
    return this.#pending > 0 ? now - this.#progressAt : 0
  }

  enqueue(block: UploadBlock): void {
    if (this.#pending === 0) this.#progressAt = this.#init.clock.now()
    this.#pending += block.length
    this.#queue.push({ block, segment: this.#segmentOf(block) })
    if (!this.#isRunning) void this.#run()
  }

  close(): void {
    this.#isOpen = false
    this.#queue = []
    this.#init.lanes.forget(this)
  }

  acknowledged(bytes: number): void {
    this.#pending = Math.max(0, this.#pending - bytes)
    this.#progressAt = this.#init.clock.now()
    this.#init.onAcknowledged(bytes)
  }

  laneLost(): void {
    this.#queue = []
    this.#pending = 0
    this.#segment = undefined
    this.#laneOf.clear()
    if (this.#isOpen) this.#init.onLaneLost()
  }

  #segmentOf(block: UploadBlock): Segment {
    const current = this.#segment
    const end = block.offset + block.length
    if (current?.part === block.part && block.offset >= current.start && end <= current.end) return current
    const { share } = this.#init
    const length = Math.min(READ_AHEAD_BYTES, share.partLength(block.part) - block.offset)
    const bytes = share.readPart(block.part, block.offset, Math.max(length, block.length))
    // Looked at when its turn comes; until then a failure is not unhandled.
    bytes.catch(() => {})
    const start = block.offset
    this.#segment = { part: block.part, start, end: start + Math.max(length, block.length), bytes }
    return this.#segment
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      for (let next = this.#queue[0]; next; next = this.#queue[0]) await this.#sendFirst(next)
    } finally {
      this.#isRunning = false
    }
  }

  async #sendFirst(queued: Queued): Promise<void> {
    const { block, segment } = queued
    try {
      const bytes = await segment.bytes
      const lane = this.#laneOf.get(block.part) ?? (await this.#init.lanes.ready())
      // Meanwhile the lane may have been lost or the peer gone: then the queue is another.
      if (this.#queue[0] !== queued) return
      this.#queue.shift()
      this.#send(lane, block, bytes.subarray(block.offset - segment.start).subarray(0, block.length))
    } catch (error) {
      if (this.#queue[0] === queued) this.#fail(block.part, toShoalError(error))
    }
  }

  #send(lane: Lane, block: UploadBlock, payload: Uint8Array): void {
    const { part, offset, length, isLast } = block
    // A part stays on the lane it began on: there its blocks keep their order.
    if (isLast) this.#laneOf.delete(part)
    else this.#laneOf.set(part, lane)
    const { handle, lanes } = this.#init
    this.#init.onSent(length)
    lanes.send(lane, { is: 'block', handle, part, offset, length, last: isLast }, payload, this)
  }

  #fail(part: number, error: ShoalError): void {
    this.#queue = this.#queue.filter(({ block }) => block.part !== part)
    this.#laneOf.delete(part)
    this.#segment = undefined
    this.#init.lanes.forget(this, part)
    // What of it is on its way is not waited for; anything else out keeps the clock running.
    this.#pending = this.#queue.reduce((sum, { block }) => sum + block.length, 0)
    this.#init.onFailed(part, error)
  }
}
