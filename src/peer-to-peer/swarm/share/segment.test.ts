import { describe, expect, it } from 'vitest'
import { fillGapped } from '../../../base/index.ts'
import { SlabPool } from '../../../store/buffer-pool.ts'
import type { BufferPool } from '../../../store/types.ts'
import { MAX_BLOCK_BYTES } from '../limits.ts'
import type { UploadBlock } from '../policy/types.ts'
import { testBytes } from '../test-nodes.ts'
import { BLOCK_HEADER_BYTES } from '../wire/blocks.ts'
import { readSegment } from './segment.ts'

const LENGTH = 2 * MAX_BLOCK_BYTES + 1000

/** All of a chunk of two long blocks and a short one. */
function setUp(buffers: BufferPool = new SlabPool(2 ** 20)) {
  const bytes = testBytes(LENGTH, 1)
  const part = 3
  const share: Parameters<typeof readSegment>[0] = {
    readPart: async (_part, offset, length) => bytes.slice(offset, offset + length),
    readPartInto: async (_part, offset, into, gaps) => fillGapped(into, bytes.subarray(offset), gaps),
  }
  const readFrom = (start: number) => readSegment(share, buffers, part, start, LENGTH - start)
  const block = (offset: number, length: number): UploadBlock =>
    ({ part, offset, length }) as unknown as UploadBlock
  return { bytes, segment: readFrom(0), readFrom, block, buffers }
}

describe('a stretch that is read at once', () => {
  it('has room for a header before each long block, and the bytes behind it', async () => {
    const { bytes, segment, block } = setUp()
    for (const [offset, length] of [
      [0, MAX_BLOCK_BYTES],
      [MAX_BLOCK_BYTES, MAX_BLOCK_BYTES],
      [2 * MAX_BLOCK_BYTES, 1000],
    ] as const) {
      const payload = await segment.payload(block(offset, length))
      expect(payload.hasRoom).toBe(true)
      const { buffer, byteOffset } = payload.bytes
      new Uint8Array(buffer, byteOffset - BLOCK_HEADER_BYTES, BLOCK_HEADER_BYTES).fill(0xff)
    }
    const all = await Promise.all(
      [0, 1, 2].map((i) => segment.payload(block(i * MAX_BLOCK_BYTES, i < 2 ? MAX_BLOCK_BYTES : 1000))),
    )
    expect(Buffer.concat(all.map((payload) => payload.bytes)).equals(bytes.subarray(0, LENGTH))).toBe(true)
  })

  it('says where there is no room: before what is no long block', async () => {
    const { bytes, segment, block } = setUp()
    const half = MAX_BLOCK_BYTES / 2
    const payload = await segment.payload(block(half, half))
    expect(payload.hasRoom).toBe(false)
    expect(Buffer.from(payload.bytes).equals(bytes.subarray(half, 2 * half))).toBe(true)
  })

  it('does not cover a block that has a gap in its middle, or ends behind it', async () => {
    const { segment, block } = setUp()
    const half = MAX_BLOCK_BYTES / 2
    expect(segment.covers(block(half, MAX_BLOCK_BYTES))).toBe(false)
    expect(segment.covers(block(2 * MAX_BLOCK_BYTES, 1001))).toBe(false)
    expect(segment.covers(block(half, half))).toBe(true)
  })

  it('covers nothing before its beginning', async () => {
    const { bytes, readFrom, block } = setUp()
    const later = readFrom(1000)
    expect([999, 1000].map((offset) => later.covers(block(offset, 500)))).toEqual([false, true])
    const payload = await later.payload(block(1000, 500))
    expect(payload.hasRoom).toBe(true)
    expect(Buffer.from(payload.bytes).equals(bytes.subarray(1000, 1500))).toBe(true)
  })

  it('is without room in memory of its own, when the pool has none', async () => {
    const empty: BufferPool = {
      tryTake: () => undefined,
      take: () => Promise.reject(new Error('empty')),
      bytesFree: 0,
    }
    const { bytes, segment, block } = setUp(empty)
    expect(segment.covers(block(1000, MAX_BLOCK_BYTES))).toBe(true)
    const payload = await segment.payload(block(1000, MAX_BLOCK_BYTES))
    expect(payload.hasRoom).toBe(false)
    expect(Buffer.from(payload.bytes).equals(bytes.subarray(1000, 1000 + MAX_BLOCK_BYTES))).toBe(true)
  })

  it('gives its memory back when nobody holds it any more', async () => {
    const { segment, block, buffers } = setUp()
    await segment.payload(block(0, 1000))
    segment.hold()
    segment.release()
    expect(buffers.bytesFree).toBeLessThan(2 ** 20)
    segment.release()
    expect(buffers.bytesFree).toBe(2 ** 20)
  })
})
