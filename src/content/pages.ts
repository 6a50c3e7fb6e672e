import { equalBytes } from '../base/bytes.ts'
import { ShoalError } from '../base/errors.ts'
import { decodeCanonical, encodeCanonical, isCount } from './cbor.ts'
import { sha256 } from './hash.ts'
import { HASH_BYTES, MAX_ENTRY_PAGE_BYTES } from './limits.ts'
import { isFolderPath, pathFault, printable } from './names.ts'
import { comparePaths } from './order.ts'
import { entriesInPage, isEntryPage, pageHash, pageLengthBound } from './parts.ts'
import { FLAG_EXECUTABLE } from './types.ts'
import type { Entry, Part, Root } from './types.ts'

/** A page that its hash and its form prove. */
export type Page =
  | { readonly is: 'entries'; readonly entries: readonly Entry[] }
  /** SHA-256 of each chunk, one after the other. */
  | { readonly is: 'hashes'; readonly hashes: Uint8Array }

/**
 * A page from a stranger. Throws `hash-mismatch` when it is not the one the root names (the sender lied), `bad-page`
 * when it is, and is no page of such a root (the share itself is broken). RangeError when the part is no page.
 */
export function verifyPage(root: Root, page: Part, bytes: Uint8Array): Page {
  const { min, max } = pageLengthBound(root, page)
  const fits = bytes.length >= min && bytes.length <= max
  if (!fits || !equalBytes(sha256(bytes), pageHash(root, page))) {
    throw new ShoalError('hash-mismatch', `page ${page} is not the one that the root names`)
  }
  return readPage(root, page, bytes)
}

/** As `verifyPage` for bytes whose hash was checked before. Throws `bad-page`. */
export function readPage(root: Root, page: Part, bytes: Uint8Array): Page {
  if (!isEntryPage(root, page)) {
    if (bytes.length !== pageLengthBound(root, page).min) throw bad('wrong number of hashes')
    // A copy: the caller's buffer goes back to its pool.
    return { is: 'hashes', hashes: Uint8Array.from(bytes) }
  }
  const entries = decodeEntryPage(bytes)
  if (entries.length !== entriesInPage(root, page)) throw bad('wrong number of entries')
  return { is: 'entries', entries }
}

export function encodeEntryPage(entries: readonly Entry[]): Uint8Array {
  return encodeCanonical(entries.map(({ path, size, flags }) => [path, size, flags]))
}

/** Entries of a page, each valid by itself and in strict order. Throws `bad-page`. */
export function decodeEntryPage(bytes: Uint8Array): Entry[] {
  if (bytes.length > MAX_ENTRY_PAGE_BYTES) throw bad(`longer than ${MAX_ENTRY_PAGE_BYTES} bytes`)
  const value = decodeCanonical(bytes, 'bad-page')
  if (!Array.isArray(value)) throw bad('not a list')
  const entries = value.map(readEntry)
  for (let i = 1; i < entries.length; i++) {
    if (comparePaths(entries[i - 1]!.path, entries[i]!.path) >= 0) throw bad('entries are out of order')
  }
  return entries
}

function readEntry(value: unknown): Entry {
  if (!Array.isArray(value) || value.length !== 3) throw bad('an entry is not three values')
  const [path, size, flags] = value as unknown[]
  if (typeof path !== 'string') throw bad('a path is not text')
  if (!isCount(size) || !isCount(flags)) throw bad('a size or flags are not a whole number')
  const entry = { path, size, flags }
  const fault = entryFault(entry)
  if (fault) throw bad(`${fault}: ${printable(path)}`)
  return entry
}

/** What is wrong with an entry by itself, in words for a log; undefined when nothing is. */
export function entryFault({ path, size, flags }: Entry): string | undefined {
  const fault = pathFault(path)
  if (fault) return `path is not portable (${fault})`
  if (!isCount(size)) return 'size is not a whole number'
  if (isFolderPath(path)) return size === 0 && flags === 0 ? undefined : 'a folder with size or flags'
  return flags === 0 || flags === FLAG_EXECUTABLE ? undefined : 'unknown flags'
}

/** SHA-256 of a chunk, from the hash page that holds it. */
export function hashAt(page: Uint8Array, offset: number): Uint8Array {
  return page.subarray(offset, offset + HASH_BYTES)
}

function bad(why: string): ShoalError {
  return new ShoalError('bad-page', `not a page of this share: ${why}`)
}
