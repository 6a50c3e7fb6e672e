import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EntryChecker } from './entry-checker.ts'
import { refusal } from './hostile.ts'
import { chunkSizeFor } from './layout.ts'
import { MAX_SHARE_BYTES } from './limits.ts'
import { comparePaths } from './order.ts'
import { testBytes, testFile, testFolder } from './test-shares.ts'
import type { Entry, Root } from './types.ts'

const entry = (path: string, size = 0, flags = 0): Entry => ({ path, size, flags })
const share = testFolder({ a: '1', 'b/c': testBytes(100_000), 'd/': '', e: '22' })

function check(root: Root, entries: readonly Entry[]) {
  const checker = new EntryChecker(root)
  const placements = entries.map((each) => checker.add(each))
  return { placements, layout: checker.finish() }
}

test('entries that fit their root are placed, and give the layout that the sharer had', () => {
  const { placements, layout } = check(share.root, share.entries)
  expect(placements).toEqual([
    { area: 'packed', offset: 0 },
    { area: 'whole', offset: 0 },
    undefined,
    { area: 'packed', offset: 1 },
  ])
  const lengths = Array.from({ length: layout.chunks }, (_, i) => layout.chunkLength(i))
  expect(lengths).toEqual(share.parts.slice(2).map((chunk) => chunk.length))
})

test('for whatever share, what the sharer makes is what the receiver accepts', () => {
  const sizes = fc.array(fc.oneof(fc.nat(10), fc.nat(100_000)), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(sizes, (list) => {
      const made = testFolder(
        Object.fromEntries(list.map((size, i) => [`${i % 3}/f${i}`, new Uint8Array(size)])),
      )
      expect(check(made.root, made.entries).layout.chunks).toBe(made.root.chunks)
    }),
    { numRuns: 50 },
  )
})

describe('entries are refused when', () => {
  const { root, entries } = share
  test.each<[string, Root, readonly Entry[]]>([
    ['one is missing', root, entries.slice(1)],
    ['none came', root, []],
    ['a file stands for a folder', { ...root, files: 4, dirs: 0 }, entries],
    ['an empty folder is missing', { ...root, dirs: 2 }, entries],
    ['there is one more', root, [...entries, entry('z')]],
    ['sizes add up to less', { ...root, size: root.size + 1 }, entries],
    ['chunks are fewer than the root says', { ...root, chunks: root.chunks + 1 }, entries],
    ['they are out of order from page to page', root, entries.toReversed()],
    ['one comes twice', root, [entries[0]!, ...entries]],
    ['one leads out', root, [entry('../a', 1)]],
    ['one has a negative size', root, [entry('a', -1)]],
    ['one has a size that is not a number', root, [entry('a', Number.NaN)]],
    ['the file of a share has another name', testFile('x', 'a').root, [entry('b', 1)]],
    ['the file of a share is in a folder', testFile('x', 'a').root, [entry('a/a', 1)]],
    ['the file of a share is a folder', testFile('', 'a').root, [entry('a/')]],
  ])('%s', (_, of, list) => {
    expect(refusal(() => check(of, list))).toBe('bad-page')
  })

  test.each<[string, string[]]>([
    ['names differ by case', ['A', 'a']],
    ['folders differ by case', ['A/x', 'a/y']],
    ['a file is a folder', ['a', 'a-', 'a/b']],
    ['names differ by the form of ß', ['STRASSE', 'straße']],
  ])('%s', (_, paths) => {
    const list = paths.toSorted(comparePaths).map((path) => entry(path))
    expect(refusal(() => check({ ...root, files: list.length, dirs: 0 }, list))).toBe('bad-name')
  })

  test('sizes add up beyond 2^53−1, before the sum is rounded', () => {
    const huge = [entry('a', MAX_SHARE_BYTES), entry('b', MAX_SHARE_BYTES), entry('c', MAX_SHARE_BYTES)]
    const of = { ...root, size: MAX_SHARE_BYTES, chunkSize: chunkSizeFor(MAX_SHARE_BYTES), files: 3 }
    expect(refusal(() => check(of, huge))).toBe('too-large')
  })
})
