import { setImmediate } from 'node:timers/promises'
import { ShoalError, type AbortOptions } from '../../base/index.ts'
import {
  comparePaths,
  ENTRIES_PER_PAGE,
  Placer,
  readPage,
  type Layout,
  type Part,
  type Placement,
  type Root,
} from '../../content/index.ts'
import type { StoredShare } from '../../store/index.ts'
import type { PageCache } from './page-cache.ts'

/** An entry, and where it and its bytes stand. */
export interface PlacedEntry {
  /** Number in the share's order. */
  readonly index: number
  readonly path: string
  readonly size: number
  readonly flags: number
  readonly placement: Placement | undefined
  /** Bytes of all files before it. */
  readonly bytesBefore: number
}

/** What stands before an entry: enough to place it and those after it. */
interface Position {
  readonly wholeChunks: number
  readonly packedBytes: number
  readonly bytes: number
}

interface PageStart extends Position {
  readonly firstPath: string
}

export type EntryPages = PageCache<readonly PlacedEntry[]>

/**
 * Entries of a share by path and by number, without holding them: one line is kept for each page of 1024, pages are
 * decoded as they are needed. Entries are in byte order, so a folder is a stretch of them.
 */
export class ShareIndex {
  readonly stored: StoredShare
  readonly root: Root
  readonly layout: Layout
  readonly #starts: readonly PageStart[]
  readonly #pages: EntryPages
  readonly #key: string

  private constructor(stored: StoredShare, pages: EntryPages, starts: readonly PageStart[], layout: Layout) {
    this.stored = stored
    this.root = stored.root!
    this.layout = layout
    this.#starts = starts
    this.#pages = pages
    this.#key = stored.cid.toString()
  }

  /** Reads every page of entries once. Throws `not-found` before all pages are held. */
  static async build(
    stored: StoredShare,
    pages: EntryPages,
    options: AbortOptions = {},
  ): Promise<ShareIndex> {
    const { root } = stored
    if (!root || !stored.hasAllPages) throw new ShoalError('not-found', 'not all pages are held yet')
    const placer = new Placer(root.chunkSize)
    const starts: PageStart[] = []
    let position: Position = { wholeChunks: 0, packedBytes: 0, bytes: 0 }
    for (let page = 0; page < root.entryPages.length; page++) {
      options.signal?.throwIfAborted()
      const entries = await decodePage(stored, root, page)
      starts.push({ ...position, firstPath: entries[0]!.path })
      for (const { size } of entries) {
        placer.place(size)
        position = after(position, size, root.chunkSize)
      }
      await setImmediate()
    }
    return new ShareIndex(stored, pages, starts, placer.finish())
  }

  get count(): number {
    return this.root.files + this.root.dirs
  }

  async at(index: number): Promise<PlacedEntry | undefined> {
    if (index < 0 || index >= this.count) return undefined
    return (await this.#page(Math.floor(index / ENTRIES_PER_PAGE)))[index % ENTRIES_PER_PAGE]
  }

  async find(path: string): Promise<PlacedEntry | undefined> {
    const entry = await this.at(await this.lowerBound(path))
    return entry?.path === path ? entry : undefined
  }

  /** The number of the first entry whose path is not before this one; `count` when all are. */
  async lowerBound(path: string): Promise<number> {
    const page =
      countWhile(this.#starts.length, (i) => comparePaths(this.#starts[i]!.firstPath, path) < 0) - 1
    if (page < 0) return 0
    const entries = await this.#page(page)
    const within = countWhile(entries.length, (i) => comparePaths(entries[i]!.path, path) < 0)
    return page * ENTRIES_PER_PAGE + within
  }

  /** Entries below a folder (`a/b/`, or empty for all): numbers `begin` … `end` − 1. */
  async within(folder: string): Promise<{ begin: number; end: number }> {
    if (folder === '') return { begin: 0, end: this.count }
    // The character after the slash is the zero, so this is the first path that is not below the folder.
    const [begin, end] = [await this.lowerBound(folder), await this.lowerBound(`${folder.slice(0, -1)}0`)]
    return { begin, end }
  }

  /** Entries `begin` … `end` − 1, a page at a time; the thread is given back in between. */
  async *batches(begin: number, end: number): AsyncGenerator<readonly PlacedEntry[]> {
    for (let at = begin; at < end;) {
      const page = Math.floor(at / ENTRIES_PER_PAGE)
      const first = page * ENTRIES_PER_PAGE
      const entries = await this.#page(page)
      yield entries.slice(at - first, end - first)
      at = first + ENTRIES_PER_PAGE
      await setImmediate()
    }
  }

  async bytesBefore(index: number): Promise<number> {
    return (await this.at(index))?.bytesBefore ?? this.root.size
  }

  /** Whether every chunk that holds bytes of these entries is held. */
  async holds(begin: number, end: number): Promise<boolean> {
    if (this.stored.isComplete) return true
    for await (const batch of this.batches(begin, end)) {
      for (const { placement, size } of batch) {
        const chunks = this.layout.chunksOfFile(placement, size)
        for (let chunk = chunks.first; chunk < chunks.end; chunk++) {
          if (!this.stored.held.has(this.stored.pages + chunk)) return false
        }
      }
    }
    return true
  }

  async #page(page: number): Promise<readonly PlacedEntry[]> {
    const key = `${this.#key}/${page}`
    const known = this.#pages.get(key)
    if (known) return known
    const entries = this.#place(page, await decodePage(this.stored, this.root, page))
    this.#pages.set(key, entries)
    return entries
  }

  #place(page: number, entries: readonly { path: string; size: number; flags: number }[]): PlacedEntry[] {
    const { chunkSize } = this.root
    let position: Position = this.#starts[page]!
    return entries.map(({ path, size, flags }, i) => {
      const placement = placeAt(position, size, chunkSize)
      const bytesBefore = position.bytes
      position = after(position, size, chunkSize)
      return { index: page * ENTRIES_PER_PAGE + i, path, size, flags, placement, bytesBefore }
    })
  }
}

async function decodePage(stored: StoredShare, root: Root, part: Part) {
  const page = readPage(root, part, await stored.readPart(part, 0, stored.partLength(part)))
  return page.is === 'entries' ? page.entries : []
}

function placeAt(
  { wholeChunks, packedBytes }: Position,
  size: number,
  chunkSize: number,
): Placement | undefined {
  if (size === 0) return undefined
  if (size >= chunkSize) return { area: 'whole', offset: wholeChunks * chunkSize }
  return { area: 'packed', offset: packedBytes }
}

function after(position: Position, size: number, chunkSize: number): Position {
  const isWhole = size >= chunkSize
  return {
    wholeChunks: position.wholeChunks + (isWhole ? Math.ceil(size / chunkSize) : 0),
    packedBytes: position.packedBytes + (isWhole ? 0 : size),
    bytes: position.bytes + size,
  }
}

/** How many of 0 … length − 1 are `before`, when those come first. */
function countWhile(length: number, before: (index: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (before(middle)) low = middle + 1
    else high = middle
  }
  return low
}
