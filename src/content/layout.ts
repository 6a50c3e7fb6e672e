import { ShoalError } from '../base/errors.ts'
import { MAX_CHUNK_BYTES, MAX_CHUNKS, MAX_SHARE_BYTES, MIN_CHUNK_BYTES, TARGET_CHUNKS } from './limits.ts'
import { assertIndex } from './bounds.ts'

/** Bytes: the smallest power of two that makes at most TARGET_CHUNKS, within the limits. */
export function chunkSizeFor(total: number): number {
  let size = MIN_CHUNK_BYTES
  while (size < MAX_CHUNK_BYTES && size * TARGET_CHUNKS < total) size *= 2
  return size
}

/**
 * Where a file's bytes lie. Files of at least a chunk are *whole*: each begins a chunk. Smaller ones are *packed* back
 * to back after them. `offset` counts from the start of the area; the packed area starts at chunk `wholeChunks`.
 */
export interface Placement {
  readonly area: Area
  readonly offset: number
}

export type Area = 'whole' | 'packed'

/** What a chunk covers: bytes `begin` … `end` of an area. */
export interface ChunkRange {
  readonly area: Area
  readonly begin: number
  readonly end: number
}

/**
 * Places the files of a share one at a time, in entry order, in one pass and with memory for the short chunks alone
 * (at most one for each file of at least a chunk). Chunk sizes follow from the total, which is known before: the
 * sharer has listed everything, the receiver has the root.
 */
export class Placer {
  readonly chunkSize: number
  #size = 0
  #wholeChunks = 0
  #packedBytes = 0
  readonly #shortChunks: number[] = []
  readonly #missingThrough: number[] = []

  constructor(chunkSize: number) {
    this.chunkSize = chunkSize
  }

  /** Undefined for an empty file or folder, which has no bytes. Throws `too-large`. */
  place(size: number): Placement | undefined {
    if (size === 0) return undefined
    this.#size = addSizes(this.#size, size)
    const placement = size >= this.chunkSize ? this.#placeWhole(size) : this.#placePacked(size)
    if (this.#wholeChunks + Math.ceil(this.#packedBytes / this.chunkSize) > MAX_CHUNKS) throw tooLarge()
    return placement
  }

  finish(): Layout {
    return new Layout({
      chunkSize: this.chunkSize,
      size: this.#size,
      wholeChunks: this.#wholeChunks,
      packedBytes: this.#packedBytes,
      shortChunks: this.#shortChunks,
      missingThrough: this.#missingThrough,
    })
  }

  #placeWhole(size: number): Placement {
    const offset = this.#wholeChunks * this.chunkSize
    this.#wholeChunks += Math.ceil(size / this.chunkSize)
    const missing = (this.chunkSize - (size % this.chunkSize)) % this.chunkSize
    if (missing > 0) {
      this.#shortChunks.push(this.#wholeChunks - 1)
      this.#missingThrough.push((this.#missingThrough.at(-1) ?? 0) + missing)
    }
    return { area: 'whole', offset }
  }

  #placePacked(size: number): Placement {
    const offset = this.#packedBytes
    this.#packedBytes += size
    return { area: 'packed', offset }
  }
}

/** A sum of sizes. Throws `too-large` beyond 2^53−1, where numbers round. */
export function addSizes(sum: number, size: number): number {
  if (size > MAX_SHARE_BYTES - sum) throw tooLarge()
  return sum + size
}

function tooLarge(): ShoalError {
  return new ShoalError('too-large', `more than ${MAX_CHUNKS} chunks or 2^53−1 bytes in one share`, {
    data: { what: 'bytes', limit: MAX_CHUNKS * MAX_CHUNK_BYTES },
  })
}

interface LayoutFacts {
  readonly chunkSize: number
  readonly size: number
  readonly wholeChunks: number
  readonly packedBytes: number
  /** Ascending numbers of whole chunks that are not full. */
  readonly shortChunks: readonly number[]
  /** For each of them: bytes missing to full chunks, up to and including it. */
  readonly missingThrough: readonly number[]
}

/** Lengths and places of all chunks of a share, without its entries. All units bytes; chunks count from 0. */
export class Layout {
  readonly chunkSize: number
  /** Sum of all file sizes. */
  readonly size: number
  readonly wholeChunks: number
  readonly packedBytes: number
  readonly chunks: number
  readonly #shortChunks: readonly number[]
  readonly #missingThrough: readonly number[]

  constructor(facts: LayoutFacts) {
    this.chunkSize = facts.chunkSize
    this.size = facts.size
    this.wholeChunks = facts.wholeChunks
    this.packedBytes = facts.packedBytes
    this.chunks = facts.wholeChunks + Math.ceil(facts.packedBytes / facts.chunkSize)
    this.#shortChunks = facts.shortChunks
    this.#missingThrough = facts.missingThrough
  }

  /** Throws RangeError for chunks that do not exist. */
  chunkLength(chunk: number): number {
    const { begin, end } = this.rangeOf(chunk)
    return end - begin
  }

  /** Throws RangeError for chunks that do not exist. */
  rangeOf(chunk: number): ChunkRange {
    assertIndex('chunk', chunk, this.chunks)
    if (chunk < this.wholeChunks) {
      const begin = chunk * this.chunkSize
      const missing = this.#missingBefore(chunk + 1) - this.#missingBefore(chunk)
      return { area: 'whole', begin, end: begin + this.chunkSize - missing }
    }
    const begin = (chunk - this.wholeChunks) * this.chunkSize
    return { area: 'packed', begin, end: Math.min(begin + this.chunkSize, this.packedBytes) }
  }

  /** First chunk of a file and the one after its last; equal for an empty file. */
  chunksOfFile(placement: Placement | undefined, size: number): { first: number; end: number } {
    if (!placement) return { first: 0, end: 0 }
    const shift = placement.area === 'whole' ? 0 : this.wholeChunks
    return {
      first: shift + Math.floor(placement.offset / this.chunkSize),
      end: shift + Math.ceil((placement.offset + size) / this.chunkSize),
    }
  }

  /** Where a chunk begins in the stream of all chunks one after the other; `chunks` gives the stream's length. */
  streamOffset(chunk: number): number {
    assertIndex('chunk', chunk, this.chunks + 1)
    if (chunk === this.chunks) return this.size
    return chunk * this.chunkSize - this.#missingBefore(Math.min(chunk, this.wholeChunks))
  }

  /** The chunk that holds a byte of that stream. Throws RangeError beyond its end. */
  chunkAt(offset: number): number {
    assertIndex('byte', offset, this.size)
    let low = 0
    let high = this.chunks - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.streamOffset(middle) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Bytes that whole chunks before this one lack to full ones. */
  #missingBefore(chunk: number): number {
    let low = 0
    let high = this.#shortChunks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#shortChunks[middle]! < chunk) low = middle + 1
      else high = middle
    }
    return low === 0 ? 0 : this.#missingThrough[low - 1]!
  }
}
