import { describe, expect, test } from 'vitest'
import {
  chunkOfPart,
  entriesInPage,
  hashesInPage,
  hashPlace,
  isEntryPage,
  isPage,
  pageCount,
  pageHash,
  pageLengthBound,
  partCount,
  partOfChunk,
} from './parts.ts'
import { testBytes, testFolder } from './test-shares.ts'
import type { Root } from './types.ts'

/** Three entry pages (the last of 2 entries), two hash pages (the last of 3 hashes): 5 pages, 8195 chunks. */
const root: Root = {
  ...testFolder({ a: '1' }).root,
  files: 2050,
  chunks: 8195,
  entryPages: [testBytes(32, 1), testBytes(32, 2), testBytes(32, 3)],
  hashPages: [testBytes(32, 4), testBytes(32, 5)],
}

test('parts are entry pages, hash pages, chunks in a row', () => {
  expect([pageCount(root), partCount(root)]).toEqual([5, 8200])
  expect([0, 2, 3, 4, 5].map((part) => isEntryPage(root, part))).toEqual([true, true, false, false, false])
  expect([0, 4, 5, 8199].map((part) => isPage(root, part))).toEqual([true, true, false, false])
  expect([2, 3].map((part) => pageHash(root, part))).toEqual([root.entryPages[2], root.hashPages[0]])
})

test('the last page of each kind holds the rest', () => {
  expect([0, 1, 2].map((page) => entriesInPage(root, page))).toEqual([1024, 1024, 2])
  expect([3, 4].map((page) => hashesInPage(root, page))).toEqual([8192, 3])
  expect(pageLengthBound(root, 4)).toEqual({ min: 96, max: 96 })
})

test('a chunk and its part lead to each other', () => {
  expect([5, 8199].map((part) => chunkOfPart(root, part))).toEqual([0, 8194])
  expect([0, 8194].map((chunk) => partOfChunk(root, chunk))).toEqual([5, 8199])
  expect(hashPlace(root, 8193)).toEqual({ part: 4, offset: 32 })
})

describe.each([-1, 0.5, Number.NaN, 8200, Infinity])('there is no part %d, and asking says so', (part) => {
  test.each([chunkOfPart, pageHash, pageLengthBound])('%o', (ask) => {
    expect(() => ask(root, part)).toThrow(RangeError)
  })

  test('nor such a chunk', () => {
    expect(() => partOfChunk(root, part)).toThrow(RangeError)
    expect(() => hashPlace(root, part)).toThrow(RangeError)
  })
})
