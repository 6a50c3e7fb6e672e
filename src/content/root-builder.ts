import { ShoalError } from '../base/errors.ts'
import { sha256 } from './hash.ts'
import type { Layout } from './layout.ts'
import { ENTRIES_PER_PAGE, HASH_BYTES, HASHES_PER_PAGE, MAX_ENTRIES } from './limits.ts'
import { isFolderPath, printable } from './names.ts'
import { comparePaths } from './order.ts'
import { encodeEntryPage, entryFault } from './pages.ts'
import { encodeRoot } from './root.ts'
import type { EncodedRoot, Entry, Root } from './types.ts'

/** A finished page: the n-th of its kind. */
export interface BuiltPage {
  readonly is: 'entries' | 'hashes'
  readonly index: number
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
}

export interface RootBuilderInit {
  readonly kind: Root['kind']
  readonly name: string
  /** Of the same entries: gives sizes, and how many chunk hashes must come. */
  readonly layout: Layout
  /** Called with each page as soon as it is full; the last ones of each kind come at the end. */
  readonly onPage: (page: BuiltPage) => void
}

/**
 * Makes pages and root from entries (in order) and chunk hashes (in order) while holding one page of each. The two may
 * be given in any interleaving. Throws `bad-page`, `empty-share`, `too-large`, `bad-root`: mistakes of the caller.
 */
export class RootBuilder {
  readonly #init: RootBuilderInit
  readonly #entryPages: Uint8Array[] = []
  readonly #hashPages: Uint8Array[] = []
  #entries: Entry[] = []
  #hashes = new Uint8Array(HASHES_PER_PAGE * HASH_BYTES)
  #hashesHeld = 0
  #last: string | undefined
  #files = 0
  #dirs = 0
  #size = 0
  #chunks = 0

  constructor(init: RootBuilderInit) {
    this.#init = init
  }

  addEntry(entry: Entry): void {
    const fault = entryFault(entry)
    if (fault) throw new ShoalError('bad-page', `${fault}: ${printable(entry.path)}`)
    if (this.#last !== undefined && comparePaths(this.#last, entry.path) >= 0) {
      throw new ShoalError('bad-page', `entries are out of order: ${printable(entry.path)}`)
    }
    if (this.#files + this.#dirs === MAX_ENTRIES) {
      const data = { what: 'entries', limit: MAX_ENTRIES }
      throw new ShoalError('too-large', `more than ${MAX_ENTRIES} files in one share`, { data })
    }
    this.#last = entry.path
    this.#size += entry.size
    if (isFolderPath(entry.path)) this.#dirs++
    else this.#files++
    this.#entries.push(entry)
    if (this.#entries.length === ENTRIES_PER_PAGE) this.#closeEntryPage()
  }

  addChunkHash(hash: Uint8Array): void {
    if (hash.length !== HASH_BYTES) throw new RangeError('a chunk hash is 32 bytes')
    this.#hashes.set(hash, this.#hashesHeld * HASH_BYTES)
    this.#hashesHeld++
    this.#chunks++
    if (this.#hashesHeld === HASHES_PER_PAGE) this.#closeHashPage()
  }

  finish(): EncodedRoot {
    if (this.#entries.length > 0) this.#closeEntryPage()
    if (this.#hashesHeld > 0) this.#closeHashPage()
    const { kind, name, layout } = this.#init
    if (this.#files + this.#dirs === 0) throw new ShoalError('empty-share', 'there is nothing to share')
    if (this.#size !== layout.size) throw new ShoalError('bad-root', 'entries do not add up to the layout')
    if (this.#chunks !== layout.chunks)
      throw new ShoalError('bad-root', 'chunk hashes are missing or too many')
    if (kind === 'file' && this.#last !== name)
      throw new ShoalError('bad-root', "the file does not have the share's name")
    return encodeRoot({
      v: 1,
      kind,
      name,
      size: this.#size,
      files: this.#files,
      dirs: this.#dirs,
      chunkSize: layout.chunkSize,
      chunks: this.#chunks,
      entryPages: this.#entryPages,
      hashPages: this.#hashPages,
    })
  }

  #closeEntryPage(): void {
    this.#emit('entries', this.#entryPages, encodeEntryPage(this.#entries))
    this.#entries = []
  }

  #closeHashPage(): void {
    this.#emit('hashes', this.#hashPages, this.#hashes.slice(0, this.#hashesHeld * HASH_BYTES))
    this.#hashesHeld = 0
  }

  #emit(is: BuiltPage['is'], pages: Uint8Array[], bytes: Uint8Array): void {
    const hash = sha256(bytes)
    this.#init.onPage({ is, index: pages.length, bytes, hash })
    pages.push(hash)
  }
}

/** `RootBuilder` over sequences, synchronous or not. */
export async function buildRoot(
  init: RootBuilderInit,
  entries: AsyncIterable<Entry> | Iterable<Entry>,
  chunkHashes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<EncodedRoot> {
  const builder = new RootBuilder(init)
  for await (const entry of entries) builder.addEntry(entry)
  for await (const hash of chunkHashes) builder.addChunkHash(hash)
  return builder.finish()
}
