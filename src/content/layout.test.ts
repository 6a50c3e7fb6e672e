import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isShoalError } from '../base/errors.ts'
import { addSizes, chunkSizeFor, Placer } from './layout.ts'
import type { Layout } from './layout.ts'
import { MAX_CHUNK_BYTES, MAX_CHUNKS, MAX_SHARE_BYTES, MIN_CHUNK_BYTES } from './limits.ts'
import { FileMap, segmentIn } from './segments.ts'
import type { Entry } from './types.ts'

const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB

test.each([
  [0, 32 * KiB],
  [1, 32 * KiB],
  [32 * MiB, 32 * KiB],
  [32 * MiB + 1, 64 * KiB],
  [64 * MiB, 64 * KiB],
  [1 * GiB, 1 * MiB],
  [1 * GiB + 1, 2 * MiB],
  [8 * GiB, 8 * MiB],
  [8 * GiB + 1, 8 * MiB],
  [Number.MAX_SAFE_INTEGER, 8 * MiB],
])('%d bytes are cut into chunks of %d', (total, size) => {
  expect(chunkSizeFor(total)).toBe(size)
})

/** Sizes around multiples of a small chunk size, many empty and small. */
const CHUNK = 8
const sizes = fc.array(fc.oneof(fc.constantFrom(0, 1, 7, 8, 9, 15, 16, 17, 24), fc.nat(40)), {
  maxLength: 30,
})
const toEntries = (list: number[]): Entry[] => list.map((size, i) => ({ path: `f${i}`, size, flags: 0 }))
const mapOf = (list: number[]) => new FileMap(toEntries(list), CHUNK)
const chunkNumbers = (layout: Layout) => Array.from({ length: layout.chunks }, (_, i) => i)

describe('for whatever sizes', () => {
  test('every byte of every file is in exactly one chunk', () => {
    fc.assert(
      fc.property(sizes, (list) => {
        const map = mapOf(list)
        const covered = list.map((size) => new Uint8Array(size))
        for (const chunk of chunkNumbers(map.layout)) {
          for (const { path, offset, length } of map.segmentsOf(chunk)) {
            const bytes = covered[Number(path.slice(1))]!
            expect(offset + length).toBeLessThanOrEqual(bytes.length)
            for (let i = offset; i < offset + length; i++) bytes[i]!++
          }
        }
        expect(covered.flatMap((bytes) => [...bytes]).every((times) => times === 1)).toBe(true)
      }),
    )
  })

  test('chunk lengths are those of their segments, positive, at most a chunk, and add up to the size', () => {
    fc.assert(
      fc.property(sizes, (list) => {
        const { layout, ...map } = { layout: mapOf(list).layout, map: mapOf(list) }
        let sum = 0
        for (const chunk of chunkNumbers(layout)) {
          const length = layout.chunkLength(chunk)
          expect(length).toBeGreaterThan(0)
          expect(length).toBeLessThanOrEqual(CHUNK)
          expect(map.map.segmentsOf(chunk).reduce((total, segment) => total + segment.length, 0)).toBe(length)
          expect(layout.streamOffset(chunk)).toBe(sum)
          sum += length
        }
        expect(sum).toBe(layout.size)
        expect(layout.streamOffset(layout.chunks)).toBe(sum)
      }),
    )
  })

  test('files of at least a chunk come first and begin chunks; the rest is packed without gaps', () => {
    fc.assert(
      fc.property(sizes, (list) => {
        const map = mapOf(list)
        const order = chunkNumbers(map.layout).flatMap((chunk) => map.segmentsOf(chunk))
        const firsts = order
          .filter((segment) => segment.offset === 0)
          .map((segment) => Number(segment.path.slice(1)))
        const big = [...list.keys()].filter((i) => list[i]! >= CHUNK)
        const small = [...list.keys()].filter((i) => list[i]! > 0 && list[i]! < CHUNK)
        expect(firsts).toEqual([...big, ...small])
        const bigChunks = big.reduce((sum, i) => sum + Math.ceil(list[i]! / CHUNK), 0)
        const packed = small.reduce((sum, i) => sum + list[i]!, 0)
        expect(map.layout.chunks).toBe(bigChunks + Math.ceil(packed / CHUNK))
      }),
    )
  })

  test('the chunks of a file are those with a segment of it', () => {
    fc.assert(
      fc.property(sizes, (list) => {
        const map = mapOf(list)
        const placer = new Placer(CHUNK)
        list.forEach((size, i) => {
          const { first, end } = map.layout.chunksOfFile(placer.place(size), size)
          const having = chunkNumbers(map.layout).filter((chunk) =>
            map.segmentsOf(chunk).some(({ path }) => path === `f${i}`),
          )
          expect(chunkNumbers(map.layout).slice(first, end)).toEqual(having)
        })
      }),
    )
  })

  test('the chunk at each byte of the stream is the one that covers it', () => {
    fc.assert(
      fc.property(sizes, (list) => {
        const { layout } = mapOf(list)
        const expected = chunkNumbers(layout).flatMap((chunk) =>
          Array<number>(layout.chunkLength(chunk)).fill(chunk),
        )
        expect(expected.map((_, offset) => layout.chunkAt(offset))).toEqual(expected)
        expect(() => layout.chunkAt(layout.size)).toThrow(RangeError)
      }),
    )
  })
})

test('a small file may straddle two chunks and an empty one has none', () => {
  const map = mapOf([5, 0, 7, 10])
  expect(map.layout.chunks).toBe(4)
  expect(map.segmentsOf(0)).toEqual([{ path: 'f3', offset: 0, length: 8 }])
  expect(map.segmentsOf(1)).toEqual([{ path: 'f3', offset: 8, length: 2 }])
  expect(map.segmentsOf(2)).toEqual([
    { path: 'f0', offset: 0, length: 5 },
    { path: 'f2', offset: 0, length: 3 },
  ])
  expect(map.segmentsOf(3)).toEqual([{ path: 'f2', offset: 3, length: 4 }])
})

test('a share without bytes has no chunks', () => {
  expect(mapOf([0, 0]).layout.chunks).toBe(0)
  expect(() => mapOf([]).layout.chunkLength(0)).toThrow(RangeError)
})

test.each([-1, 4, 0.5, Number.NaN, Infinity])('chunk %d of four does not exist', (chunk) => {
  expect(() => mapOf([8, 8, 8, 8]).layout.chunkLength(chunk)).toThrow(RangeError)
})

test('the largest share is placed by arithmetic alone', () => {
  const placer = new Placer(MAX_CHUNK_BYTES)
  placer.place((MAX_CHUNKS - 1) * MAX_CHUNK_BYTES - 1)
  placer.place(3)
  const layout = placer.finish()
  expect(layout.chunks).toBe(MAX_CHUNKS)
  expect(layout.chunkLength(MAX_CHUNKS - 2)).toBe(MAX_CHUNK_BYTES - 1)
  expect(layout.chunkLength(MAX_CHUNKS - 1)).toBe(3)
})

describe('too much is refused while it is added', () => {
  const failure = (act: () => unknown) => {
    try {
      act()
    } catch (error) {
      return isShoalError(error) ? error.code : error
    }
    return 'nothing'
  }

  test('sums beyond 2^53−1', () => {
    expect(addSizes(MAX_SHARE_BYTES - 1, 1)).toBe(MAX_SHARE_BYTES)
    expect(failure(() => addSizes(MAX_SHARE_BYTES, 1))).toBe('too-large')
    expect(failure(() => addSizes(MAX_SHARE_BYTES, MAX_SHARE_BYTES))).toBe('too-large')
    const placer = new Placer(MAX_CHUNK_BYTES)
    placer.place(1)
    expect(failure(() => placer.place(MAX_SHARE_BYTES))).toBe('too-large')
  })

  test('more chunks than a bitmap may have, of one file or of many', () => {
    expect(failure(() => new Placer(MIN_CHUNK_BYTES).place(MAX_CHUNKS * MIN_CHUNK_BYTES + 1))).toBe(
      'too-large',
    )
    const many = new Placer(MIN_CHUNK_BYTES)
    many.place(MAX_CHUNKS * MIN_CHUNK_BYTES)
    expect(failure(() => many.place(1))).toBe('too-large')
  })
})

test('a file has no segment in a range of the other area, nor where it only touches', () => {
  const file = { path: 'f', size: 4, placement: { area: 'packed' as const, offset: 4 } }
  expect(segmentIn(file, { area: 'whole', begin: 0, end: 8 })).toBeUndefined()
  expect(segmentIn(file, { area: 'packed', begin: 0, end: 4 })).toBeUndefined()
  expect(segmentIn(file, { area: 'packed', begin: 8, end: 16 })).toBeUndefined()
  expect(segmentIn(file, { area: 'packed', begin: 0, end: 5 })).toEqual({ path: 'f', offset: 0, length: 1 })
})
