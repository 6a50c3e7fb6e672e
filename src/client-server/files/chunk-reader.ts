import type { AbortOptions } from '../../base/index.ts'
import type { Layout } from '../../content/index.ts'
import type { StoredShare } from '../../store/index.ts'
import type { BlockPool } from './block-pool.ts'
import { MIN_DIRECT_BYTES } from './limits.ts'
import type { PlacedEntry, ShareIndex } from './share-index.ts'

/** Bytes of one chunk. */
export interface ChunkSpan {
  readonly chunk: number
  readonly offset: number
  readonly length: number
}

/** How much is read at once, and how many times as much ahead: chunks may be smaller than blocks. */
export interface ReadPlan extends AbortOptions {
  readonly block: number
  readonly ahead: number
  /** Whoever takes a block that was read gives it back here when done with it. */
  readonly pool: BlockPool
}

/** Where bytes `begin` … `end` − 1 of a file lie. */
export function* spansOfFile(
  layout: Layout,
  file: PlacedEntry,
  begin: number,
  end: number,
): Generator<ChunkSpan> {
  if (!file.placement || begin >= end) return
  const { chunkSize, wholeChunks } = layout
  const { area, offset } = file.placement
  const firstChunk = area === 'whole' ? 0 : wholeChunks
  for (let at = offset + begin; at < offset + end;) {
    const inChunk = at % chunkSize
    const length = Math.min(chunkSize - inChunk, offset + end - at)
    yield { chunk: firstChunk + Math.floor(at / chunkSize), offset: inChunk, length }
    at += length
  }
}

/** Where bytes `begin` … `end` − 1 of all chunks in a row lie. */
export function* spansOfStream(layout: Layout, begin: number, end: number): Generator<ChunkSpan> {
  if (begin >= end) return
  let chunk = layout.chunkAt(begin)
  for (let at = begin; at < end; chunk++) {
    const offset = at - layout.streamOffset(chunk)
    const length = Math.min(layout.chunkLength(chunk) - offset, end - at)
    yield { chunk, offset, length }
    at += length
  }
}

/** Bytes of the spans that are held, counted from the first one until one is missing. */
export function heldLength(stored: StoredShare, spans: Iterable<ChunkSpan>): number {
  let held = 0
  for (const { chunk, length } of spans) {
    if (!stored.held.has(stored.pages + chunk)) break
    held += length
  }
  return held
}

/** The spans' bytes in order, in blocks, some of them read ahead. Ends with the error of the first read that fails. */
export async function* readSpans(
  stored: StoredShare,
  spans: Iterable<ChunkSpan>,
  plan: ReadPlan,
): AsyncGenerator<Uint8Array> {
  const blocks = cut(spans, plan.block)
  const reading: { bytes: Promise<Uint8Array>; length: number }[] = []
  let ahead = 0
  try {
    for (;;) {
      while (ahead <= plan.ahead * plan.block) {
        const next = blocks.next()
        if (next.done) break
        const bytes = readBlock(stored, next.value, plan)
        // Whoever stops early leaves reads behind that nobody awaits.
        bytes.catch(() => {})
        reading.push({ bytes, length: next.value.length })
        ahead += next.value.length
      }
      const first = reading.shift()
      if (!first) return
      ahead -= first.length
      yield await first.bytes
    }
  } finally {
    for (const { bytes } of reading) bytes.then((block) => plan.pool.giveBack(block)).catch(() => {})
  }
}

async function readBlock(
  stored: StoredShare,
  { chunk, offset, length }: ChunkSpan,
  { pool, signal }: ReadPlan,
): Promise<Uint8Array> {
  signal?.throwIfAborted()
  const part = stored.pages + chunk
  if (length < MIN_DIRECT_BYTES) return stored.readPart(part, offset, length, { signal })
  const block = pool.take(length)
  try {
    await stored.readPartInto(part, offset, block)
    return block
  } catch (error) {
    pool.giveBack(block)
    throw error
  }
}

/** Bytes `begin` … `end` − 1 of a file. */
export function readFile(index: ShareIndex, file: PlacedEntry, begin: number, end: number, plan: ReadPlan) {
  return readSpans(index.stored, spansOfFile(index.layout, file, begin, end), plan)
}

/** Cuts spans where blocks of the chunk end, so that reads of different clients fall together. */
function* cut(spans: Iterable<ChunkSpan>, block: number): Generator<ChunkSpan, undefined> {
  for (const { chunk, offset, length } of spans) {
    for (let at = offset; at < offset + length;) {
      const size = Math.min(block - (at % block), offset + length - at)
      yield { chunk, offset: at, length: size }
      at += size
    }
  }
  return undefined
}
