import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, equalBytes, utf8 } from '../base/bytes.ts'
import { decodeCanonical, encodeCanonical } from './cbor.ts'
import {
  BREAK,
  byteString,
  float64,
  list,
  map,
  mutated,
  negative,
  rawText,
  refusal,
  simple,
  tag,
  text,
  uint,
} from './hostile.ts'
import { chunkSizeFor } from './layout.ts'
import { MAX_CHUNK_BYTES, MAX_CHUNKS, MAX_ENTRIES, MAX_ROOT_BYTES } from './limits.ts'
import { decodeRoot, encodeRoot, verifyRoot } from './root.ts'
import { testBytes, testFile, testFolder } from './test-shares.ts'
import type { Root } from './types.ts'

const KiB = 1024
const folder = testFolder({ a: '1', 'b/c': testBytes(100 * KiB), 'd/': '' })
const file = testFile('hello')
const hashes = (count: number) => Array.from({ length: count }, (_, i) => testBytes(32, i + 1))

/** Encodes without any check, as a liar would. */
const liar = (change: Partial<Record<keyof Root, unknown>>, base: Root = folder.root) =>
  encodeCanonical({ ...base, ...change })

describe('a root', () => {
  test('comes back from its bytes as it was', () => {
    for (const share of [folder, file]) {
      expect(decodeRoot(share.bytes)).toEqual(share.root)
      expect(encodeRoot(share.root).bytes).toEqual(share.bytes)
    }
  })

  test('of whatever consistent values comes back from its bytes', () => {
    const roots = fc.record({
      files: fc.integer({ min: 1, max: 5000 }),
      dirs: fc.nat(5000),
      size: fc.nat({ max: 2 ** 40 }),
    })
    fc.assert(
      fc.property(roots, ({ files, dirs, size }) => {
        const chunkSize = chunkSizeFor(size)
        const chunks = Math.ceil(size / chunkSize)
        const root: Root = {
          v: 1,
          kind: 'folder',
          name: 'x',
          size,
          files,
          dirs,
          chunkSize,
          chunks,
          entryPages: hashes(Math.ceil((files + dirs) / 1024)),
          hashPages: hashes(Math.ceil(chunks / 8192)),
        }
        expect(decodeRoot(encodeRoot(root).bytes)).toEqual(root)
      }),
      { numRuns: 50 },
    )
  })

  test('has bytes of its own: no Buffer, nothing of a pool', () => {
    expect(folder.bytes.constructor).toBe(Uint8Array)
    expect(folder.bytes.buffer.byteLength).toBe(folder.bytes.length)
  })

  test('does not share memory with the buffer it came in', () => {
    const buffer = Uint8Array.from(folder.bytes)
    const root = decodeRoot(buffer)
    buffer.fill(0)
    expect(root).toEqual(folder.root)
  })

  test('of the largest share there may be fits', () => {
    const { bytes } = encodeRoot({
      ...folder.root,
      size: MAX_CHUNKS * MAX_CHUNK_BYTES,
      files: MAX_ENTRIES,
      dirs: 0,
      chunkSize: MAX_CHUNK_BYTES,
      chunks: MAX_CHUNKS,
      entryPages: hashes(Math.ceil(MAX_ENTRIES / 1024)),
      hashPages: hashes(MAX_CHUNKS / 8192),
    })
    expect(bytes.length).toBeLessThan(MAX_ROOT_BYTES)
    expect(decodeRoot(bytes).chunks).toBe(MAX_CHUNKS)
  })
})

describe('a root that lies is refused:', () => {
  test.each<[string, Partial<Record<keyof Root, unknown>>]>([
    ['another version', { v: 2 }],
    ['version as text', { v: '1' }],
    ['another kind', { kind: 'link' }],
    ['kind file with a folder of entries', { kind: 'file' }],
    ['a name that leads out', { name: '../evil' }],
    ['an absolute name', { name: '/etc' }],
    ['a device as name', { name: 'NUL' }],
    ['no name', { name: '' }],
    ['a name not in NFC', { name: 'e\u0301' }],
    ['a name of bytes', { name: utf8('x') }],
    ['a name that is null', { name: null }],
    ['a negative size', { size: -1 }],
    ['a fractional size', { size: 1.5 }],
    ['a size beyond 2^53', { size: 2n ** 60n }],
    ['a huge size', { size: Number.MAX_SAFE_INTEGER }],
    ['ten million files', { files: 10_000_000 }],
    ['ten million folders', { dirs: 10_000_000 }],
    ['ten million files with all the hashes that need', { files: 10_000_000, entryPages: hashes(20) }],
    ['one file more than a page holds', { files: 1024 }],
    ['no entries', { files: 0, dirs: 0, entryPages: [] }],
    ['bytes without files', { files: 0, dirs: 3 }],
    ['negative folders', { dirs: -1 }],
    ['a chunk size that does not follow', { chunkSize: 65536 }],
    ['a chunk size of zero', { chunkSize: 0 }],
    ['no chunks', { chunks: 0, hashPages: [] }],
    ['more chunks than the size allows', { chunks: 8 }],
    ['a billion chunks', { chunks: 1e9 }],
    ['no entry pages', { entryPages: [] }],
    ['too many entry pages', { entryPages: hashes(2) }],
    ['too many hash pages', { hashPages: hashes(2) }],
    ['a short hash', { entryPages: [new Uint8Array(31)] }],
    ['a long hash', { hashPages: [new Uint8Array(33)] }],
    ['a hash as text', { hashPages: ['x'.repeat(32)] }],
    ['pages as a map', { entryPages: { 0: new Uint8Array(32), length: 1 } }],
    ['pages as bytes', { entryPages: new Uint8Array(1) }],
    ['pages that are a link', { entryPages: folder.cid }],
  ])('%s', (_, change) => {
    expect(refusal(() => decodeRoot(liar(change)))).toBe('bad-root')
  })

  /** Each breaks one rule alone: what else follows from the change is put right. */
  test.each<[string, Partial<Root>, RegExp]>([
    ['a chunk size of its own choice', { chunkSize: 65536, chunks: 3 }, /chunkSize does not follow/],
    [
      'more entries than a share may have',
      { files: MAX_ENTRIES, dirs: 1, entryPages: hashes(977) },
      /more than 1000000 entries/,
    ],
    ['no entries', { files: 0, dirs: 0, size: 0, chunks: 0, entryPages: [], hashPages: [] }, /no entries/],
    ['bytes without files', { files: 0, dirs: 3, chunks: 4 }, /bytes without files/],
    ['kind file with folders', { kind: 'file', files: 1, dirs: 1, chunks: 4 }, /kind file/],
    ['kind file with two files', { kind: 'file', files: 2, dirs: 0, chunks: 4 }, /kind file/],
    [
      'more chunks than a share may have',
      {
        size: (MAX_CHUNKS + 1) * MAX_CHUNK_BYTES,
        chunkSize: MAX_CHUNK_BYTES,
        chunks: MAX_CHUNKS + 1,
        hashPages: hashes(MAX_CHUNKS / 8192 + 1),
      },
      /more than 4194304 chunks/,
    ],
    ['fewer chunks than the bytes need', { chunks: 3 }, /chunks do not follow/],
    ['more chunks than files can end early', { chunks: 7 }, /chunks do not follow/],
  ])('%s, even where all else follows', (_, change, reason) => {
    expect(() => decodeRoot(liar(change))).toThrow(reason)
  })

  test('a single file in more chunks than its size needs', () => {
    const big = testFile(testBytes(100 * KiB))
    expect(refusal(() => decodeRoot(liar({ chunks: big.root.chunks + 1 }, big.root)))).toBe('bad-root')
  })

  test.each<[string, unknown]>([
    ['a key more', { ...folder.root, extra: 1 }],
    [
      'a key that would be a prototype',
      Object.fromEntries([...Object.entries(folder.root), ['__proto__', 1]]),
    ],
    ['a key less', Object.fromEntries(Object.entries(folder.root).filter(([key]) => key !== 'dirs'))],
    [
      'another key instead',
      Object.fromEntries(
        Object.entries(folder.root).map(([key, value]) => [key === 'dirs' ? 'dir5' : key, value]),
      ),
    ],
    ['a list', [folder.root]],
    ['text', 'root'],
    ['bytes', folder.bytes],
    ['nothing', null],
    ['a link', folder.cid],
    ['an empty map', {}],
  ])('%s', (_, value) => {
    expect(refusal(() => decodeRoot(encodeCanonical(value)))).toBe('bad-root')
  })

  test('the encoder refuses to make one', () => {
    expect(refusal(() => encodeRoot({ ...folder.root, name: 'CON' }))).toBe('bad-root')
    expect(refusal(() => encodeRoot({ ...folder.root, chunks: 99 }))).toBe('bad-root')
  })
})

describe('bytes in another form than the canonical one are refused:', () => {
  const pairs = (
    change: Record<string, Uint8Array> = {},
    order = Object.keys(canonical),
  ): [Uint8Array, Uint8Array][] => order.map((key) => [text(key), { ...canonical, ...change }[key]!])
  const { root } = file
  /** In the order of DAG-CBOR: shorter keys first. */
  const canonical: Record<string, Uint8Array> = {
    v: uint(1),
    dirs: uint(0),
    kind: text('file'),
    name: text(root.name),
    size: uint(root.size),
    files: uint(1),
    chunks: uint(1),
    chunkSize: uint(32768),
    hashPages: list(byteString(root.hashPages[0]!)),
    entryPages: list(byteString(root.entryPages[0]!)),
  }
  const keys = Object.keys(canonical)

  test('(what they are made from is accepted)', () => {
    expect(equalBytes(map(...pairs()), file.bytes)).toBe(true)
    expect(refusal(() => decodeRoot(map(...pairs())))).toBe('accepted')
  })

  const indefinite = (major: number, ...items: Uint8Array[]) =>
    concatBytes(Uint8Array.of((major << 5) | 31), ...items, BREAK)
  test.each<[string, Uint8Array]>([
    ['keys in another order', map(...pairs({}, keys.toReversed()))],
    ['keys in alphabetical order', map(...pairs({}, keys.toSorted()))],
    ['a key twice', map(...pairs({}, ['v', ...keys]))],
    [
      'a key twice instead of another',
      map(
        ...pairs(
          {},
          keys.map((key) => (key === 'dirs' ? 'kind' : key)),
        ),
      ),
    ],
    ['a number in more bytes than it needs', map(...pairs({ v: uint(1, 1) }))],
    ['a number in eight bytes', map(...pairs({ size: uint(root.size, 8) }))],
    ['a float for an integer', map(...pairs({ v: float64(1) }))],
    ['a float of half precision', map(...pairs({ v: Uint8Array.of(0xf9, 0x3c, 0x00) }))],
    ['minus zero', map(...pairs({ dirs: float64(-0) }))],
    ['not a number', map(...pairs({ size: float64(Number.NaN) }))],
    ['infinity', map(...pairs({ size: float64(Infinity) }))],
    ['a negative number', map(...pairs({ dirs: negative(-1) }))],
    ['undefined', map(...pairs({ dirs: simple(23) }))],
    ['a boolean', map(...pairs({ dirs: simple(20) }))],
    ['a map of indefinite length', indefinite(5, ...pairs().flat())],
    [
      'a list of indefinite length',
      map(...pairs({ hashPages: indefinite(4, byteString(root.hashPages[0]!)) })),
    ],
    ['text of indefinite length', map(...pairs({ name: indefinite(3, text(root.name)) }))],
    ['text that is not UTF-8', map(...pairs({ name: rawText(Uint8Array.of(0x61, 0xff)) }))],
    ['text with an encoded surrogate', map(...pairs({ name: rawText(Uint8Array.of(0xed, 0xa0, 0x80)) }))],
    ['overlong UTF-8', map(...pairs({ name: rawText(Uint8Array.of(0xc0, 0xaf)) }))],
    ['a tag before a number', map(...pairs({ v: tag(2, byteString(Uint8Array.of(1))) }))],
    ['a self-described tag', tag(55799, map(...pairs()))],
    ['bytes after the end', concatBytes(map(...pairs()), uint(0))],
    ['two roots', concatBytes(file.bytes, file.bytes)],
    [
      'bytes as keys',
      map(...pairs().map(([key, value]): [Uint8Array, Uint8Array] => [byteString(key), value])),
    ],
    ['nothing at all', new Uint8Array()],
    ['a list that announces 2^32 items', Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff)],
    ['a list that announces 2^53 items', Uint8Array.of(0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)],
    ['bytes that announce 4 GiB', Uint8Array.of(0x5a, 0xff, 0xff, 0xff, 0xff)],
    ['nesting as deep as there is room', new Uint8Array(MAX_ROOT_BYTES).fill(0x81)],
    ['maps as deep as there is room', new Uint8Array(MAX_ROOT_BYTES).fill(0xa1)],
    ['tags as deep as there is room', new Uint8Array(MAX_ROOT_BYTES).fill(0xd8)],
    ['more bytes than a root has', new Uint8Array(MAX_ROOT_BYTES + 1)],
  ])('%s', (_, bytes) => {
    expect(refusal(() => decodeRoot(bytes))).toBe('bad-root')
  })

  test('every beginning of a good root', () => {
    for (let length = 0; length < folder.bytes.length; length++) {
      expect(refusal(() => decodeRoot(folder.bytes.subarray(0, length)))).toBe('bad-root')
    }
  })
})

describe('a root from a stranger', () => {
  test('is accepted when the CID names it', () => {
    expect(verifyRoot(folder.cid, folder.bytes)).toEqual(folder.root)
  })

  test('is refused when the CID names another', () => {
    expect(refusal(() => verifyRoot(file.cid, folder.bytes))).toBe('hash-mismatch')
  })

  test('is refused with any one bit changed', () => {
    for (let i = 0; i < folder.bytes.length; i++) {
      const changed = Uint8Array.from(folder.bytes)
      changed[i]! ^= 1 << (i % 8)
      expect(refusal(() => verifyRoot(folder.cid, changed))).toBe('hash-mismatch')
    }
  })
})

describe('whatever bytes come', () => {
  test('decoding a root gives a root of that one encoding, or refuses', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated(folder.bytes), mutated(file.bytes))
    fc.assert(
      fc.property(bytes, (input) => {
        const outcome = refusal(() => expect(encodeRoot(decodeRoot(input)).bytes).toEqual(input))
        expect(['accepted', 'bad-root']).toContain(outcome)
      }),
      { numRuns: 3000 },
    )
  })

  test('decoding CBOR refuses with the code that was asked for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        expect(['accepted', 'bad-page']).toContain(refusal(() => decodeCanonical(input, 'bad-page')))
      }),
      { numRuns: 3000 },
    )
  })
})
