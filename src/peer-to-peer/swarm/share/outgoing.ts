import { toShoalError, type Clock, type ShoalError } from '../../../base/index.ts'
import type { BufferPool, StoredShare } from '../../../store/types.ts'
import type { Lane, Payload } from '../lanes/lane.ts'
import type { BlockSender, PeerLanes } from '../lanes/peer-lanes.ts'
import { READ_AHEAD_BYTES } from '../limits.ts'
import { readSegment, type Segment } from './segment.ts'
import type { BlockFrame } from '../wire/blocks.ts'
import type { UploadBlock } from '../policy/types.ts'

export interface OutgoingInit {
  readonly share: StoredShare
  readonly buffers: BufferPool
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
    const segment = this.#segmentOf(block)
    segment.hold()
    this.#queue.push({ block, segment })
    if (!this.#isRunning) void this.#run()
  }

  close(): void {
    this.#isOpen = false
    this.#dropQueue(() => true)
    this.#init.lanes.forget(this)
  }

  acknowledged(bytes: number): void {
    this.#pending = Math.max(0, this.#pending - bytes)
    this.#progressAt = this.#init.clock.now()
    this.#init.onAcknowledged(bytes)
  }

  laneLost(): void {
    this.#dropQueue(() => true)
    this.#pending = 0
    this.#laneOf.clear()
    if (this.#isOpen) this.#init.onLaneLost()
  }

  #segmentOf(block: UploadBlock): Segment {
    const current = this.#segment
    if (current?.covers(block)) return current
    const { share, buffers } = this.#init
    current?.release()
    const length = Math.min(READ_AHEAD_BYTES, share.partLength(block.part) - block.offset)
    this.#segment = readSegment(share, buffers, block.part, block.offset, Math.max(length, block.length))
    return this.#segment
  }

  #dropQueue(isMeant: (block: UploadBlock) => boolean): void {
    const dropped = this.#queue.filter(({ block }) => isMeant(block))
    this.#queue = this.#queue.filter(({ block }) => !isMeant(block))
    for (const { segment } of dropped) segment.release()
    this.#segment?.release()
    this.#segment = undefined
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
      const payload = await segment.payload(block)
      const lane = this.#laneOf.get(block.part) ?? (await this.#init.lanes.ready())
      // Meanwhile the lane may have been lost or the peer gone: then the queue is another.
      if (this.#queue[0] !== queued) return
      this.#queue.shift()
      this.#send(lane, block, payload, segment)
    } catch (error) {
      if (this.#queue[0] === queued) this.#fail(block.part, toShoalError(error))
    }
  }

  #send(lane: Lane, block: UploadBlock, payload: Payload, segment: Segment): void {
    const { part, offset, length, isLast } = block
    // A part stays on the lane it began on: there its blocks keep their order.
    if (isLast) this.#laneOf.delete(part)
    else this.#laneOf.set(part, lane)
    const { handle, lanes } = this.#init
    this.#init.onSent(length)
    const frame: BlockFrame = { is: 'block', handle, part, offset, length, last: isLast }
    const release = (): void => segment.release()
    segment.hold()
    lanes.send(lane, frame, payload, this, { onDone: release, onFlushed: release })
  }

  #fail(part: number, error: ShoalError): void {
    this.#dropQueue((block) => block.part === part)
    this.#laneOf.delete(part)
    this.#init.lanes.forget(this, part)
    // What of it is on its way is not waited for; anything else out keeps the clock running.
    this.#pending = this.#queue.reduce((sum, { block }) => sum + block.length, 0)
    this.#init.onFailed(part, error)
  }
}
