import { Later, ShoalError, type Clock } from '../../../base/index.ts'
import {
  BLOCK_BYTES,
  FAST_RATE,
  MAX_ACK_DELAY_MS,
  MAX_BLOCK_BYTES,
  VERY_FAST_ACK_BYTES,
  VERY_FAST_RATE,
} from '../limits.ts'
import {
  BLOCK_HEADER_BYTES,
  encodeLaneFrame,
  putLaneFrame,
  type BlockFrame,
  type MessageFrame,
  type MessagesReceivedFrame,
  type ShortFrame,
} from '../wire/blocks.ts'
import { violation } from '../wire/bytes.ts'
import { LaneReader, type BlockTarget } from './lane-reader.ts'

/** The two ways for blocks between a pair of peers. */
export type LaneKind = 'tls' | 'stream'

/** What carries a lane's bytes: a TLS socket, a libp2p stream, two ends in memory. */
export interface Pipe {
  /**
   * Queues the pieces as one write. What is queued is bounded by whoever waits for acknowledgements. `onFlushed` is called
   * once the memory is not needed any more, also when the pipe ends; a peer's word for it would not be enough.
   */
  write(pieces: readonly Uint8Array[], onFlushed?: () => void): void
  /** Stops reading; what is already on its way up may still arrive. */
  pause(): void
  resume(): void
  /** Ends at once, both ways. */
  destroy(error?: Error): void
}

/** The bytes of a block. */
export interface Payload {
  readonly bytes: Uint8Array
  /** The memory before them is free for the header, so that both are one piece. */
  readonly hasRoom: boolean
}

/** Who takes what a lane brings. */
export interface LaneSink {
  /** Where the bytes of a block go; 'wait' stops reading until `lane.resume()`. Throwing ends the lane. */
  blockStart(lane: Lane, block: BlockFrame): BlockTarget
  /** The whole block is in its target. Throwing ends the lane. */
  blockEnd(lane: Lane, block: BlockFrame): void
  /** A message of a share's control stream. Throwing ends the lane. */
  message(lane: Lane, frame: MessageFrame, bytes: Uint8Array): void
  messagesReceived(lane: Lane, frame: MessagesReceivedFrame): void
  /** The other side has received `bytes` more of the payload sent on this lane. */
  acknowledged(lane: Lane, bytes: number): void
  /** Called once, whoever ended it. */
  closed(lane: Lane, error: Error | undefined): void
}

const RATE_WINDOW_MS = 250
const WRAP = 2 ** 32

/**
 * Blocks one way, acknowledgements the other, both ways at once, over any pipe. Counts what is sent and what is
 * acknowledged; nothing is ever sent twice here. Whatever the other side does wrong ends the lane with an error.
 */
export class Lane {
  readonly kind: LaneKind
  readonly peer: string
  readonly #pipe: Pipe
  readonly #sink: LaneSink
  readonly #clock: Clock
  readonly #reader: LaneReader
  #sent = 0
  #acknowledged = 0
  #received = 0
  #receivedAcknowledged = 0
  #windowStart: number
  #windowReceived = 0
  #acknowledgeEvery = BLOCK_BYTES
  #isOpen = true
  /** The sender may be waiting for less than we count on: nothing stays unacknowledged for long. */
  readonly #acknowledging: Later

  constructor(init: { kind: LaneKind; peer: string; pipe: Pipe; sink: LaneSink; clock: Clock }) {
    this.kind = init.kind
    this.peer = init.peer
    this.#pipe = init.pipe
    this.#sink = init.sink
    this.#clock = init.clock
    this.#windowStart = init.clock.now()
    const work = (): void => this.#acknowledgeRest()
    this.#acknowledging = new Later({ clock: init.clock, waitMs: MAX_ACK_DELAY_MS, work })
    this.#reader = new LaneReader({
      blockStart: (block) => this.#sink.blockStart(this, block),
      blockEnd: (block) => this.#blockEnd(block),
      message: (frame, bytes) => this.#sink.message(this, frame, bytes),
      frame: (frame) => this.#frame(frame),
      blocked: () => this.#pipe.pause(),
    })
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Payload bytes sent and not acknowledged. */
  get inProgress(): number {
    return this.#sent - this.#acknowledged
  }

  sendBlock(block: BlockFrame, { bytes, hasRoom }: Payload, onFlushed?: () => void): void {
    if (!this.#isOpen) throw new ShoalError('peer-gone', 'the lane is closed')
    this.#sent += bytes.length
    this.#guarded(() =>
      this.#pipe.write(hasRoom ? [framed(block, bytes)] : [encodeLaneFrame(block), bytes], onFlushed),
    )
  }

  sendMessage(frame: MessageFrame, bytes: Uint8Array): void {
    if (this.#isOpen) this.#guarded(() => this.#pipe.write([encodeLaneFrame(frame), bytes]))
  }

  sendMessagesReceived(frame: MessagesReceivedFrame): void {
    if (this.#isOpen) this.#guarded(() => this.#pipe.write([encodeLaneFrame(frame)]))
  }

  /** Goes on reading after `blockStart` answered 'wait'. */
  resume(): void {
    if (!this.#isOpen) return
    this.#guarded(() => {
      if (this.#reader.unblock()) this.#pipe.resume()
    })
  }

  /** Bytes from the pipe. */
  push(bytes: Uint8Array): void {
    if (this.#isOpen) this.#guarded(() => this.#reader.push(bytes))
  }

  /** For pipes that read straight into memory: where the next bytes go, then how many came. */
  region(): Uint8Array {
    return this.#reader.region()
  }

  advance(length: number, into: Uint8Array): void {
    if (this.#isOpen) this.#guarded(() => this.#reader.advance(length, into))
  }

  /** Ends the lane; also called by the pipe when it is gone. */
  close(error?: Error): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#acknowledging.stop()
    this.#pipe.destroy(error)
    this.#sink.closed(this, error)
  }

  #guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #blockEnd(block: BlockFrame): void {
    this.#received += block.length
    this.#sink.blockEnd(this, block)
    this.#measure(block.length)
    const due = this.#received - this.#receivedAcknowledged
    // Short blocks mean a slow link, where each acknowledgement is waited for.
    const isSlow = block.length < BLOCK_BYTES
    if (block.last || isSlow || due >= this.#acknowledgeEvery) this.#acknowledge()
    else this.#acknowledging.ask()
  }

  #acknowledgeRest(): void {
    if (this.#received > this.#receivedAcknowledged) this.#guarded(() => this.#acknowledge())
  }

  #acknowledge(): void {
    if (!this.#isOpen) return
    this.#receivedAcknowledged = this.#received
    this.#pipe.write([encodeLaneFrame({ is: 'ack', received: this.#received % WRAP })])
  }

  #measure(bytes: number): void {
    this.#windowReceived += bytes
    const elapsed = this.#clock.now() - this.#windowStart
    if (elapsed < RATE_WINDOW_MS) return
    this.#acknowledgeEvery = acknowledgeEvery((this.#windowReceived * 1000) / elapsed)
    this.#windowStart += elapsed
    this.#windowReceived = 0
  }

  #frame(frame: ShortFrame): void {
    if (frame.is === 'messages-received') return this.#sink.messagesReceived(this, frame)
    if (frame.is !== 'ack') throw violation('a lane says twice that it is ready')
    const bytes = (frame.received - (this.#acknowledged % WRAP) + WRAP) % WRAP
    if (bytes > this.inProgress) throw violation('more acknowledged than was sent')
    this.#acknowledged += bytes
    if (bytes > 0) this.#sink.acknowledged(this, bytes)
  }
}

/** The block with its header before it, in the memory where it lies. */
function framed(block: BlockFrame, bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes
  const whole = new Uint8Array(buffer, byteOffset - BLOCK_HEADER_BYTES, BLOCK_HEADER_BYTES + length)
  putLaneFrame(block, whole)
  return whole
}

/** Few enough acknowledgements that they cost little, often enough that the sender always knows. */
function acknowledgeEvery(bytesPerSecond: number): number {
  if (bytesPerSecond > VERY_FAST_RATE) return VERY_FAST_ACK_BYTES
  return bytesPerSecond > FAST_RATE ? MAX_BLOCK_BYTES : BLOCK_BYTES
}
