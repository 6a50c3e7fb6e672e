import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeCanonical } from './cbor.ts'
import { sha256 } from './hash.ts'
import { BREAK, float64, list, mutated, rawText, refusal, text, uint } from './hostile.ts'
import { ENTRIES_PER_PAGE, MAX_ENTRY_PAGE_BYTES, MAX_PATH_BYTES, MAX_SHARE_BYTES } from './limits.ts'
import { pathFault } from './names.ts'
import { comparePaths } from './order.ts'
import { decodeEntryPage, encodeEntryPage, hashAt, readPage, verifyPage } from './pages.ts'
import { pageLengthBound } from './parts.ts'
import { testBytes, testFolder } from './test-shares.ts'
import { FLAG_EXECUTABLE } from './types.ts'
import type { Entry, Root } from './types.ts'

const entry = (path: string, size = 1, flags = 0): Entry => ({ path, size, flags })
const share = testFolder({ a: '1', 'b/c': testBytes(100_000), 'd/': '', '한글/é.txt': '22' })
const entryPage = share.parts[0]!
const hashPage = share.parts[1]!

describe('an entry page', () => {
  test('comes back from its bytes as it was, for whatever entries', () => {
    const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 })
    const paths = fc.array(
      fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(paths, fc.nat({ max: MAX_SHARE_BYTES }), (list, size) => {
        const sound = [...new Set(list)].filter((path) => !pathFault(path)).toSorted(comparePaths)
        const entries = sound.map((path, i) =>
          entry(path, path.endsWith('/') ? 0 : size, path.endsWith('/') ? 0 : i % 2),
        )
        expect(decodeEntryPage(encodeEntryPage(entries))).toEqual(entries)
      }),
    )
  })

  test('of the longest entries there may be is within its bound', () => {
    const parts = Array.from(
      { length: ENTRIES_PER_PAGE },
      (_, i) => String(i).padStart(4, '0') + 'y'.repeat(200),
    )
    const paths = parts.map((part) => `${part}/${'d/'.repeat(409)}e`.padEnd(MAX_PATH_BYTES, 'e'))
    const entries = paths.map((path) => entry(path, MAX_SHARE_BYTES, FLAG_EXECUTABLE))
    const bytes = encodeEntryPage(entries)
    expect(bytes.length).toBe(MAX_ENTRY_PAGE_BYTES)
    expect(decodeEntryPage(bytes)).toHaveLength(ENTRIES_PER_PAGE)
    const root: Root = { ...share.root, files: ENTRIES_PER_PAGE, dirs: 0 }
    expect(pageLengthBound(root, 0).max).toBe(bytes.length)
  })

  test('of the shortest entries there may be is within its bound', () => {
    const entries = ['a', 'b', 'c'].map((path) => entry(path, 0))
    const root: Root = { ...share.root, files: 3, dirs: 0 }
    expect(pageLengthBound(root, 0).min).toBe(encodeEntryPage(entries).length)
  })

  test.each<[string, unknown]>([
    ['a path that leads out', [['../x', 1, 0]]],
    ['a path that leads out further down', [['a/../../x', 1, 0]]],
    ['an absolute path', [['/etc/passwd', 1, 0]]],
    ['a drive', [['C:/x', 1, 0]]],
    ['a path with a backslash', [['a\\..\\x', 1, 0]]],
    ['a device', [['a/aux.txt', 1, 0]]],
    ['a NUL', [['a\0b', 1, 0]]],
    ['no path', [['', 1, 0]]],
    ['a slash alone', [['/', 0, 0]]],
    ['a path that is too long', [['a/'.repeat(512) + 'b', 1, 0]]],
    ['a path not in NFC', [['e\u0301', 1, 0]]],
    ['a path of bytes', [[new Uint8Array([97]), 1, 0]]],
    ['a negative size', [['a', -1, 0]]],
    ['a fractional size', [['a', 0.5, 0]]],
    ['a size beyond 2^53', [['a', 2n ** 53n, 0]]],
    ['a size as text', [['a', '1', 0]]],
    ['no size', [['a', null, 0]]],
    ['flags that nobody knows', [['a', 1, 2]]],
    ['negative flags', [['a', 1, -1]]],
    ['flags as a boolean', [['a', 1, true]]],
    ['a folder with bytes', [['a/', 1, 0]]],
    ['an executable folder', [['a/', 0, 1]]],
    ['an entry of two values', [['a', 1]]],
    ['an entry of four values', [['a', 1, 0, 0]]],
    ['an entry as a map', [{ path: 'a', size: 1, flags: 0 }]],
    ['no list', { 0: ['a', 1, 0] }],
    ['text', 'abc'],
    [
      'the same path twice',
      [
        ['a', 1, 0],
        ['a', 1, 0],
      ],
    ],
    [
      'paths in the wrong order',
      [
        ['b', 1, 0],
        ['a', 1, 0],
      ],
    ],
    [
      'paths in the order of UTF-16',
      [
        ['\u{10000}', 1, 0],
        ['\uffff', 1, 0],
      ],
    ],
  ])('is refused for %s', (_, value) => {
    expect(refusal(() => decodeEntryPage(encodeCanonical(value)))).toBe('bad-page')
  })

  test.each<[string, Uint8Array]>([
    ['a float for an integer', list(list(text('a'), float64(1), uint(0)))],
    ['a number in too many bytes', list(list(text('a'), uint(1, 4), uint(0)))],
    ['text that is not UTF-8', list(list(rawText(Uint8Array.of(0xc3)), uint(1), uint(0)))],
    ['a byte order mark', list(list(rawText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), uint(1), uint(0)))],
    ['an endless list', Uint8Array.of(0x9f, ...list(text('a'), uint(1), uint(0)), ...BREAK)],
    ['a list that announces ten million entries', Uint8Array.of(0x9a, 0x00, 0x98, 0x96, 0x80)],
    ['nesting as deep as there is room', new Uint8Array(MAX_ENTRY_PAGE_BYTES).fill(0x81)],
    ['more bytes than a page has', new Uint8Array(MAX_ENTRY_PAGE_BYTES + 1)],
    ['nothing', new Uint8Array()],
  ])('is refused for %s', (_, bytes) => {
    expect(refusal(() => decodeEntryPage(bytes))).toBe('bad-page')
  })

  test('is refused for its length before it is decoded', () => {
    expect(() => decodeEntryPage(new Uint8Array(MAX_ENTRY_PAGE_BYTES + 1))).toThrow(/longer than/)
  })

  test('is refused when it ends early, wherever', () => {
    for (let length = 0; length < entryPage.length; length++) {
      expect(refusal(() => decodeEntryPage(entryPage.subarray(0, length)))).toBe('bad-page')
    }
  })

  test('of whatever bytes is entries of that one encoding, or refused', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 100 }), mutated(entryPage))
    let refused = 0
    fc.assert(
      fc.property(bytes, (input) => {
        const outcome = refusal(() => expect(encodeEntryPage(decodeEntryPage(input))).toEqual(input))
        expect(['accepted', 'bad-page']).toContain(outcome)
        if (outcome === 'bad-page') refused++
      }),
      { numRuns: 3000 },
    )
    expect(refused).toBeGreaterThan(1000)
  })
})

describe('a page from a stranger', () => {
  test('is accepted when the root names it, also from a shared buffer', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(entryPage.length))
    shared.set(entryPage)
    expect(verifyPage(share.root, 0, shared)).toEqual({ is: 'entries', entries: share.entries })
    expect(verifyPage(share.root, 1, hashPage)).toEqual({ is: 'hashes', hashes: hashPage })
  })

  test('gives hashes that outlive its buffer', () => {
    const buffer = Uint8Array.from(hashPage)
    const page = verifyPage(share.root, 1, buffer)
    buffer.fill(0)
    expect(page).toEqual({ is: 'hashes', hashes: hashPage })
    expect(page.is === 'hashes' && hashAt(page.hashes, 32)).toEqual(sha256(share.parts[3]!))
  })

  test('is refused when it is another, longer, shorter or changed', () => {
    const changed = Uint8Array.from(entryPage)
    changed[changed.length - 1]! ^= 1
    for (const bytes of [
      hashPage,
      changed,
      entryPage.subarray(1),
      new Uint8Array(),
      new Uint8Array(2_000_000),
    ]) {
      expect(refusal(() => verifyPage(share.root, 0, bytes))).toBe('hash-mismatch')
    }
    expect(refusal(() => verifyPage(share.root, 1, hashPage.subarray(0, -1)))).toBe('hash-mismatch')
  })

  test('that the root names is still refused when it does not hold what the root counts', () => {
    const short = encodeEntryPage(share.entries.slice(1))
    const named: Root = {
      ...share.root,
      entryPages: [sha256(short)],
      hashPages: [sha256(hashPage.subarray(32))],
    }
    expect(refusal(() => verifyPage(named, 0, short))).toBe('bad-page')
    expect(refusal(() => readPage(named, 1, hashPage.subarray(32)))).toBe('bad-page')
  })

  test('is refused by its length alone when no page of that root has it', () => {
    const long = encodeEntryPage(
      share.parts.map((_, i) => entry(`f${i}`.padEnd(255, 'y') + '/x'.repeat(380))),
    )
    const named: Root = { ...share.root, files: 1, dirs: 0, entryPages: [sha256(long)] }
    expect(refusal(() => verifyPage(named, 0, long))).toBe('hash-mismatch')
  })

  test.each([-1, 2, 0.5, Number.NaN])('there is no page %d', (page) => {
    expect(() => verifyPage(share.root, page, entryPage)).toThrow(RangeError)
  })
})
