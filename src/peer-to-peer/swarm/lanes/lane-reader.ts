import {
  BLOCK_HEADER_BYTES,
  decodeLaneFrame,
  type BlockFrame,
  type MessageFrame,
  type ShortFrame,
} from '../wire/blocks.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'

/** What TLS hands over at once at most (RFC 8446 §5.1). A smaller region would take it in several pieces. */
const RECORD_BYTES = 16 * 1024

/** Memory for a block's bytes; 'drop': read and throw away; 'wait': nothing can be taken now. */
export type BlockTarget = Uint8Array | 'drop' | 'wait'

export interface LaneReaderSink {
  blockStart(block: BlockFrame): BlockTarget
  blockEnd(block: BlockFrame): void
  message(frame: MessageFrame, bytes: Uint8Array): void
  frame(frame: ShortFrame): void
  /** `blockStart` said 'wait'. */
  blocked(): void
}

/** What the next bytes are. */
type Expecting =
  | { is: 'header' }
  | { is: 'payload'; block: BlockFrame; target: Uint8Array }
  | { is: 'blocked'; block: BlockFrame }
  | { is: 'message'; frame: MessageFrame; target: Uint8Array }

/**
 * Cuts a lane's bytes into frames, putting payload straight where it belongs. Bytes are either pushed, or read by the
 * caller into `region()` and then told with `advance`. Throws `protocol-violation`.
 */
export class LaneReader {
  readonly #sink: LaneReaderSink
  readonly #header = new Uint8Array(BLOCK_HEADER_BYTES)
  #expecting: Expecting = { is: 'header' }
  /** Bytes of the header or of the payload that are there. */
  #filled = 0
  /** What arrived while blocked, in order: a pipe stops a little after it is told to. */
  #held: Uint8Array[] = []
  #scratch: Uint8Array | undefined
  /** Where a whole record goes that may hold several frames: one read for all of them. */
  readonly #inbox = new Uint8Array(RECORD_BYTES)

  constructor(sink: LaneReaderSink) {
    this.#sink = sink
  }

  /** Where the next bytes may be put: straight into the payload where it takes a whole record, else into an inbox. */
  region(): Uint8Array {
    const place = this.#place()
    return this.#expecting.is === 'payload' && place.length >= RECORD_BYTES ? place : this.#inbox
  }

  /** Where the next bytes belong: never empty. */
  #place(): Uint8Array {
    const expecting = this.#expecting
    if (expecting.is === 'header') return this.#header.subarray(this.#filled)
    if (expecting.is === 'payload' || expecting.is === 'message')
      return expecting.target.subarray(this.#filled)
    return this.#scratchBytes()
  }

  /**
   * `length` bytes were put at the start of `into`, which `region()` returned: perhaps before an `unblock` moved the
   * region, since Node asks for the memory of the next read as soon as one is done.
   */
  advance(length: number, into: Uint8Array): void {
    if (length === 0) return
    const place = this.#place()
    const isInPlace = into.buffer === place.buffer && into.byteOffset === place.byteOffset
    if (isInPlace) this.#advance(length)
    else this.push(into.subarray(0, length))
  }

  #advance(length: number): void {
    this.#filled += length
    this.#step()
  }

  push(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) {
      if (this.#expecting.is === 'blocked') {
        this.#held.push(bytes.slice(at))
        return
      }
      const place = this.#place()
      const length = Math.min(place.length, bytes.length - at)
      place.set(bytes.subarray(at, at + length))
      at += length
      this.#advance(length)
    }
  }

  /** Asks again where the block goes that had to wait. True when reading can go on. */
  unblock(): boolean {
    const expecting = this.#expecting
    if (expecting.is !== 'blocked') return true
    this.#expecting = { is: 'header' }
    this.#begin(expecting.block)
    while (this.#held.length > 0 && !this.#isBlocked()) {
      const held = this.#held
      this.#held = []
      held.forEach((bytes) => this.push(bytes))
    }
    return !this.#isBlocked()
  }

  #isBlocked(): boolean {
    return this.#expecting.is === 'blocked'
  }

  #step(): void {
    const expecting = this.#expecting
    if (expecting.is === 'header') {
      if (this.#filled < BLOCK_HEADER_BYTES) return
      this.#filled = 0
      const frame = decodeLaneFrame(this.#header)
      if (frame.is === 'block') this.#begin(frame)
      else if (frame.is === 'message')
        this.#expecting = { is: 'message', frame, target: new Uint8Array(frame.length) }
      else this.#sink.frame(frame)
    } else if (expecting.is === 'message' && this.#filled === expecting.frame.length) {
      this.#filled = 0
      this.#expecting = { is: 'header' }
      this.#sink.message(expecting.frame, expecting.target)
    } else if (expecting.is === 'payload' && this.#filled === expecting.block.length) {
      this.#filled = 0
      this.#expecting = { is: 'header' }
      this.#sink.blockEnd(expecting.block)
    }
  }

  #begin(block: BlockFrame): void {
    const target = this.#sink.blockStart(block)
    if (target === 'wait') {
      this.#expecting = { is: 'blocked', block }
      this.#sink.blocked()
      return
    }
    const bytes = target === 'drop' ? this.#scratchBytes() : target
    this.#expecting = { is: 'payload', block, target: bytes.subarray(0, block.length) }
  }

  #scratchBytes(): Uint8Array {
    return (this.#scratch ??= new Uint8Array(MAX_BLOCK_BYTES))
  }
}
