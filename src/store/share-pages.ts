import { equalBytes, ShoalError, toShoalError } from '../base/index.ts'
import {
  EntryChecker,
  hashPlace,
  pageCount,
  pageHash,
  Placer,
  readPage,
  type Entry,
  type Layout,
  type Part,
  type Root,
} from '../content/index.ts'
import type { Catalogue } from './catalogue.ts'
import type { NewEntry } from './entry-table.ts'
import { sha256 } from './pieces.ts'
import { Slices } from './slices.ts'

/** The pages of one share, kept in the catalogue; at most one page of hashes is in memory. */
export class SharePages {
  readonly #catalogue: Catalogue
  readonly #share: number
  readonly #root: Root
  readonly #lengths = new Map<Part, number>()
  #recent: { part: Part; bytes: Uint8Array } | undefined

  constructor(catalogue: Catalogue, share: number, root: Root) {
    this.#catalogue = catalogue
    this.#share = share
    this.#root = root
    for (const { part, length } of catalogue.pages.held(share)) this.#lengths.set(part, length)
  }

  get held(): readonly Part[] {
    return [...this.#lengths.keys()]
  }

  get areAllHeld(): boolean {
    return this.#lengths.size === pageCount(this.#root)
  }

  length(part: Part): number | undefined {
    return this.#lengths.get(part)
  }

  /** Throws `storage-corrupt` when the catalogue has lost it. */
  bytes(part: Part): Uint8Array {
    if (this.#recent?.part === part) return this.#recent.bytes
    const bytes = this.#catalogue.pages.get(this.#share, part)
    if (!bytes) throw new ShoalError('storage-corrupt', 'a page is missing from the catalogue')
    this.#recent = { part, bytes }
    return bytes
  }

  /** Keeps a page; false when it is not the one the root names. Throws `bad-page` when it is, and is no page. */
  put(part: Part, bytes: Uint8Array): boolean {
    if (!equalBytes(sha256(bytes), pageHash(this.#root, part))) return false
    readPage(this.#root, part, bytes)
    this.#catalogue.pages.put(this.#share, part, bytes)
    this.#lengths.set(part, bytes.length)
    return true
  }

  /** SHA-256 of a chunk, in memory of its own: it crosses to a worker, which copies what it is a view of. */
  chunkHash(chunk: number): Uint8Array {
    const { part, offset } = hashPlace(this.#root, chunk)
    return this.bytes(part).slice(offset, offset + 32)
  }

  /**
   * Checks all entries against the root and each other, a page at a time, and gives each its place. Throws `bad-page`
   * or `bad-name`, and leaves no entries behind.
   */
  async place(): Promise<Layout> {
    const slices = new Slices()
    const checker = new EntryChecker(this.#root)
    let empty = 0
    while (this.#catalogue.entries.deleteSome(this.#share)) await slices.breathe()
    try {
      for (let part = 0; part < this.#root.entryPages.length; part++) {
        const placed = this.entriesOf(part).map((entry) => toNewEntry(entry, checker))
        this.#catalogue.database.transaction(() => {
          empty = this.#catalogue.entries.insert(this.#share, placed, empty)
        })
        await slices.breathe()
      }
      return checker.finish()
    } catch (error) {
      while (this.#catalogue.entries.deleteSome(this.#share)) await slices.breathe()
      throw toShoalError(error, 'bad-page')
    }
  }

  entriesOf(part: Part): readonly Entry[] {
    const page = readPage(this.#root, part, this.bytes(part))
    return page.is === 'entries' ? page.entries : []
  }
}

function toNewEntry({ path, size, flags }: Entry, checker: EntryChecker): NewEntry {
  const placement = checker.add({ path, size, flags })
  return { path, local: undefined, size, flags, placement, identity: undefined }
}

/** The layout of a placed share. Of the packed files only their total matters, so that they need not be read. */
export function layoutOf(root: Root, wholeSizes: readonly number[]): Layout {
  const placer = new Placer(root.chunkSize)
  let packed = root.size
  for (const size of wholeSizes) {
    placer.place(size)
    packed -= size
  }
  for (; packed > 0; packed -= root.chunkSize - 1) placer.place(Math.min(packed, root.chunkSize - 1))
  return placer.finish()
}
