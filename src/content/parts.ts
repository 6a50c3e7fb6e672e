import { assertIndex } from './bounds.ts'
import { ENTRIES_PER_PAGE, HASH_BYTES, HASHES_PER_PAGE, MAX_ENTRY_BYTES, MIN_ENTRY_BYTES } from './limits.ts'
import type { Part, Root } from './types.ts'

/** Parts are numbered in a row: entry pages, hash pages, chunks. */
export function pageCount(root: Root): number {
  return root.entryPages.length + root.hashPages.length
}

export function partCount(root: Root): number {
  return pageCount(root) + root.chunks
}

export function isPage(root: Root, part: Part): boolean {
  return part < pageCount(root)
}

export function isEntryPage(root: Root, part: Part): boolean {
  return part < root.entryPages.length
}

/** The chunk a part is, counted from 0. Throws RangeError for pages and parts that do not exist. */
export function chunkOfPart(root: Root, part: Part): number {
  const chunk = part - pageCount(root)
  assertIndex('chunk', chunk, root.chunks)
  return chunk
}

export function partOfChunk(root: Root, chunk: number): Part {
  assertIndex('chunk', chunk, root.chunks)
  return pageCount(root) + chunk
}

/** Where a chunk's SHA-256 stands: the hash page's part, and the byte offset in it. */
export function hashPlace(root: Root, chunk: number): { part: Part; offset: number } {
  partOfChunk(root, chunk)
  return {
    part: root.entryPages.length + Math.floor(chunk / HASHES_PER_PAGE),
    offset: (chunk % HASHES_PER_PAGE) * HASH_BYTES,
  }
}

/** SHA-256 of a page, as the root says. Throws RangeError when the part is not a page. */
export function pageHash(root: Root, page: Part): Uint8Array {
  assertIndex('page', page, pageCount(root))
  return root.entryPages[page] ?? root.hashPages[page - root.entryPages.length]!
}

/** Entries of an entry page. */
export function entriesInPage(root: Root, page: Part): number {
  return Math.min(ENTRIES_PER_PAGE, root.files + root.dirs - page * ENTRIES_PER_PAGE)
}

/** Hashes of a hash page, given as a part. */
export function hashesInPage(root: Root, page: Part): number {
  return Math.min(HASHES_PER_PAGE, root.chunks - (page - root.entryPages.length) * HASHES_PER_PAGE)
}

/**
 * Bytes a page may have: exact for a hash page, the most for an entry page, whose exact length the root does not
 * tell and whoever sends it states first. Throws RangeError when the part is not a page.
 */
export function pageLengthBound(root: Root, page: Part): { min: number; max: number } {
  assertIndex('page', page, pageCount(root))
  if (isEntryPage(root, page)) {
    const entries = entriesInPage(root, page)
    return { min: 1 + entries * MIN_ENTRY_BYTES, max: 3 + entries * MAX_ENTRY_BYTES }
  }
  const length = hashesInPage(root, page) * HASH_BYTES
  return { min: length, max: length }
}
