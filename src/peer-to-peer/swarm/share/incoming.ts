import type { Clock } from '../../../base/index.ts'
import type { BufferPool, PartBuffer, StoredShare } from '../../../store/types.ts'
import type { BlockTarget } from '../lanes/lane-reader.ts'
import type { Lane } from '../lanes/lane.ts'
import type { BlockReceiver } from '../lanes/peer-lanes.ts'
import type { BlockVerdict } from '../policy/types.ts'
import type { BlockFrame } from '../wire/blocks.ts'
import { violation } from '../wire/bytes.ts'

export interface IncomingInit {
  readonly share: StoredShare
  readonly buffers: BufferPool
  readonly clock: Clock
  /** Milliseconds until the download limits let something pass; 0 now. */
  readonly delay: () => number
  readonly verdict: (part: number, length: number) => BlockVerdict
  /** No buffer is free: the lane waits. */
  readonly onBufferWait: () => void
  readonly onBytes: (bytes: number) => void
  /** All bytes of a part are there, not verified. The buffer is the listener's. */
  readonly onPart: (part: number, buffer: PartBuffer) => void
}

/** A part being put together. */
interface Assembly {
  readonly part: number
  readonly lane: Lane
  readonly buffer: PartBuffer
  got: number
  /** A lane is writing into the buffer: it must not go back to the pool until the block has ended. */
  isBusy: boolean
  isGivenUp: boolean
}

/** Blocks of one share from one peer, put together into parts. */
export class Incoming implements BlockReceiver {
  readonly #init: IncomingInit
  readonly #assemblies = new Map<number, Assembly>()
  /** What the block that now passes on a lane belongs to. */
  readonly #current = new Map<Lane, Assembly>()
  /** Lanes that wait, and how to stop waiting. */
  readonly #waiting = new Map<Lane, () => void>()
  /** Buffers that a lane waited for. */
  readonly #reserved = new Map<Lane, PartBuffer>()
  #isOpen = true

  constructor(init: IncomingInit) {
    this.#init = init
  }

  blockStart(lane: Lane, block: BlockFrame): BlockTarget {
    if (!this.#isOpen) return 'drop'
    const delay = this.#init.delay()
    if (delay > 0) return this.#waitFor(lane, delay)
    const { share } = this.#init
    if (block.part >= share.parts) throw violation(`a block of part ${block.part} of ${share.parts}`)
    this.#checkLength(block)
    const assembly = block.offset === 0 ? this.#begin(lane, block) : this.#continue(lane, block)
    if (assembly === 'wait') return 'wait'
    const verdict = this.#init.verdict(block.part, block.length)
    if (verdict !== 'keep') {
      if (assembly) this.#giveUp(assembly)
      if (verdict === 'violation') throw violation(`part ${block.part} was neither asked for nor credited`)
      return 'drop'
    }
    if (!assembly) return 'drop'
    assembly.isBusy = true
    this.#current.set(lane, assembly)
    return assembly.buffer.bytes.subarray(block.offset)
  }

  blockEnd(lane: Lane, block: BlockFrame): void {
    const assembly = this.#current.get(lane)
    this.#current.delete(lane)
    this.#init.onBytes(block.length)
    if (!assembly) return
    assembly.isBusy = false
    assembly.got += block.length
    if (assembly.isGivenUp) return assembly.buffer.release()
    if (!block.last) return
    this.#assemblies.delete(block.part)
    this.#init.onPart(block.part, trimmed(assembly.buffer, assembly.got))
  }

  laneClosed(lane: Lane): void {
    this.#waiting.get(lane)?.()
    this.#waiting.delete(lane)
    this.#reserved.get(lane)?.release()
    this.#reserved.delete(lane)
    const current = this.#current.get(lane)
    this.#current.delete(lane)
    if (current) current.isBusy = false
    if (current?.isGivenUp) current.buffer.release()
    for (const assembly of this.#assemblies.values()) if (assembly.lane === lane) this.#giveUp(assembly)
  }

  isArriving(part: number): boolean {
    return this.#assemblies.has(part)
  }

  /** The part will not come, or is not wanted any more. */
  cancel(part: number): void {
    const assembly = this.#assemblies.get(part)
    if (assembly) this.#giveUp(assembly)
  }

  close(): void {
    this.#isOpen = false
    for (const assembly of this.#assemblies.values()) this.#giveUp(assembly)
    for (const buffer of this.#reserved.values()) buffer.release()
    this.#reserved.clear()
    for (const [lane, stop] of [...this.#waiting]) {
      stop()
      this.#waiting.delete(lane)
      lane.resume()
    }
  }

  /** Exact for chunks whose pages are held, else an upper bound; the last block ends the part. */
  #checkLength(block: BlockFrame): void {
    const { share } = this.#init
    const length = share.partLength(block.part)
    const end = block.offset + block.length
    const isExact = block.part >= share.pages && share.hasAllPages
    if (end > length || (isExact && block.last !== (end === length))) {
      throw violation(`a block of part ${block.part} ends at ${end} of ${length}`)
    }
  }

  #begin(lane: Lane, block: BlockFrame): Assembly | 'wait' {
    const reserved = this.#reserved.get(lane)
    this.#reserved.delete(lane)
    const length = this.#init.share.partLength(block.part)
    const buffer = reserved && reserved.bytes.length >= length ? reserved : this.#init.buffers.tryTake(length)
    if (buffer !== reserved) reserved?.release()
    if (!buffer) return this.#waitForBuffer(lane, length)
    // Begun again, after a lane was lost: what was there is void.
    this.cancel(block.part)
    const { part } = block
    const assembly: Assembly = { part, lane, buffer, got: 0, isBusy: false, isGivenUp: false }
    this.#assemblies.set(part, assembly)
    return assembly
  }

  #continue(lane: Lane, block: BlockFrame): Assembly | undefined {
    const assembly = this.#assemblies.get(block.part)
    if (!assembly || assembly.lane !== lane) return undefined
    if (assembly.got !== block.offset) throw violation(`part ${block.part} goes on at ${block.offset}`)
    return assembly
  }

  #giveUp(assembly: Assembly): void {
    if (assembly.isGivenUp) return
    assembly.isGivenUp = true
    this.#assemblies.delete(assembly.part)
    if (!assembly.isBusy) assembly.buffer.release()
  }

  #waitFor(lane: Lane, ms: number): 'wait' {
    const stop = this.#init.clock.after(ms, () => {
      this.#waiting.delete(lane)
      lane.resume()
    })
    this.#waiting.set(lane, stop)
    return 'wait'
  }

  #waitForBuffer(lane: Lane, length: number): 'wait' {
    const controller = new AbortController()
    this.#init.onBufferWait()
    this.#waiting.set(lane, () => controller.abort())
    this.#init.buffers.take(length, { signal: controller.signal }).then(
      (buffer) => {
        if (controller.signal.aborted) return buffer.release()
        this.#waiting.delete(lane)
        this.#reserved.set(lane, buffer)
        lane.resume()
      },
      () => {},
    )
    return 'wait'
  }
}

function trimmed(buffer: PartBuffer, length: number): PartBuffer {
  if (buffer.bytes.length === length) return buffer
  return { bytes: buffer.bytes.subarray(0, length), release: () => buffer.release() }
}
