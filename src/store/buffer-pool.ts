import { raceSignal, ShoalError, type AbortOptions } from '../base/index.ts'
import { BUFFER_ROOM_BYTES, MAX_BUFFER_BYTES, MAX_POOL_BYTES, MIN_BUFFER_BYTES } from './limits.ts'
import type { BufferPool, PartBuffer } from './types.ts'

interface Waiter {
  readonly size: number
  readonly length: number
  readonly give: (buffer: PartBuffer) => void
}

/**
 * Slabs of shared memory in powers of two, and a little room more, reused. What is lent and what is kept for reuse together
 * never exceed `limit` bytes, that room not counted. Whoever waits is served in order, so that a large request is not starved
 * by small ones.
 */
export class SlabPool implements BufferPool {
  readonly #limit: number
  readonly #kept = new Map<number, SharedArrayBuffer[]>()
  readonly #waiting = new Set<Waiter>()
  #lentBytes = 0
  #keptBytes = 0

  constructor(limit: number = MAX_POOL_BYTES) {
    this.#limit = limit
  }

  get bytesFree(): number {
    return this.#limit - this.#lentBytes
  }

  tryTake(length: number): PartBuffer | undefined {
    const size = slabSize(length, this.#limit)
    return this.#waiting.size > 0 ? undefined : this.#lend(size, length)
  }

  async take(length: number, options: AbortOptions = {}): Promise<PartBuffer> {
    const { signal } = options
    signal?.throwIfAborted()
    const now = this.tryTake(length)
    if (now) return now
    let waiter: Waiter | undefined
    const given = new Promise<PartBuffer>((give) => {
      waiter = { size: slabSize(length, this.#limit), length, give }
      this.#waiting.add(waiter)
    })
    try {
      return await raceSignal(given, signal)
    } catch (error) {
      // Given in the same tick as the abort: then it is ours to return.
      if (waiter && !this.#waiting.delete(waiter)) void given.then((buffer) => buffer.release())
      this.#serve()
      throw error
    }
  }

  #lend(size: number, length: number): PartBuffer | undefined {
    if (this.#lentBytes + size > this.#limit) return undefined
    const slab = this.#reuse(size) ?? this.#create(size)
    this.#lentBytes += size
    let lent = true
    return {
      bytes: new Uint8Array(slab, 0, length),
      release: () => {
        if (!lent) return
        lent = false
        this.#takeBack(slab)
      },
    }
  }

  #reuse(size: number): SharedArrayBuffer | undefined {
    const slab = this.#kept.get(size)?.pop()
    if (slab) this.#keptBytes -= size
    return slab
  }

  #create(size: number): SharedArrayBuffer {
    for (const [kept, slabs] of this.#kept) {
      while (this.#lentBytes + this.#keptBytes + size > this.#limit && slabs.pop()) this.#keptBytes -= kept
    }
    return new SharedArrayBuffer(size + BUFFER_ROOM_BYTES)
  }

  #takeBack(slab: SharedArrayBuffer): void {
    const size = slab.byteLength - BUFFER_ROOM_BYTES
    this.#lentBytes -= size
    const slabs = this.#kept.get(size)
    if (slabs) slabs.push(slab)
    else this.#kept.set(size, [slab])
    this.#keptBytes += size
    this.#serve()
  }

  #serve(): void {
    for (const waiter of this.#waiting) {
      const buffer = this.#lend(waiter.size, waiter.length)
      if (!buffer) return
      this.#waiting.delete(waiter)
      waiter.give(buffer)
    }
  }
}

function slabSize(length: number, limit: number): number {
  const largest = Math.min(MAX_BUFFER_BYTES, limit)
  if (!(length >= 0) || length > largest + BUFFER_ROOM_BYTES) {
    throw new ShoalError('too-large', `a buffer of ${length} bytes; the largest is ${largest}`)
  }
  let size = MIN_BUFFER_BYTES
  while (size + BUFFER_ROOM_BYTES < length) size *= 2
  return Math.min(size, largest)
}

/** A buffer of ordinary memory, for what does not come from a pool. */
export function plainBuffer(bytes: Uint8Array): PartBuffer {
  return { bytes, release: () => {} }
}
