import type { ChunkRange, Layout, Root } from '../content/index.ts'
import { FIRST, type EntryTable, type StoredEntry } from './entry-table.ts'
import type { Identity } from './identity.ts'
import { isExecutable } from './job-runner.ts'
import type { FileRecord, Piece } from './jobs.ts'
import { Slices } from './slices.ts'

/** Entries of one message to a worker: about 100 KiB. */
const ENTRIES_PER_JOB = 512

/** The files of one share as its catalogue knows them, turned into what workers are asked. */
export class ShareFiles {
  readonly #table: EntryTable
  readonly #share: number
  readonly #root: Root
  readonly layout: Layout

  constructor(table: EntryTable, share: number, root: Root, layout: Layout) {
    this.#table = table
    this.#share = share
    this.#root = root
    this.layout = layout
  }

  /**
   * A stretch of a chunk as pieces to read; `checked`, each file has to be what it was when its identity was kept.
   */
  toRead(chunk: number, checked: boolean, offset = 0, length = this.layout.chunkLength(chunk)): Piece[] {
    const identity = (entry: StoredEntry): Identity | undefined => (checked ? entry.identity : undefined)
    const stretch = this.#stretch(chunk, offset, length)
    return this.#pieces(stretch, (entry) => ({ identity: identity(entry), fresh: false }))
  }

  /** A chunk as pieces to write; a file of which nothing is held may be created. */
  toWrite(chunk: number, isHeld: (chunk: number) => boolean): Piece[] {
    const fresh = (entry: StoredEntry): boolean => !this.chunksOf(entry).some(isHeld)
    return this.#pieces(this.layout.rangeOf(chunk), (entry) => ({ identity: undefined, fresh: fresh(entry) }))
  }

  /** The file of a chunk that lies under this path on the disk. */
  find(chunk: number, path: string): StoredEntry | undefined {
    const entries = this.#table.inRange(this.#share, this.layout.rangeOf(chunk))
    return entries.find((entry) => this.#pathOf(entry) === path)
  }

  entriesOf(chunk: number): StoredEntry[] {
    return this.#table.inRange(this.#share, this.layout.rangeOf(chunk))
  }

  /** Chunks that hold bytes of a file. */
  chunksOf({ placement, size }: StoredEntry): IteratorObject<number> {
    const { first, end } = this.layout.chunksOfFile(placement, size)
    return range(first, end)
  }

  /** All entries, a batch at a time; other work gets the thread in between. */
  async *batches(signal?: AbortSignal): AsyncGenerator<StoredEntry[]> {
    const slices = new Slices(signal)
    for (let at = FIRST; ;) {
      const { entries, cursor } = this.#table.after(this.#share, at, ENTRIES_PER_JOB)
      if (entries.length === 0) return
      yield entries
      at = cursor
      await slices.breathe()
    }
  }

  toRecord(entry: StoredEntry): FileRecord {
    const { size, flags, identity } = entry
    return { path: this.#pathOf(entry), size, executable: isExecutable(flags), identity }
  }

  #stretch(chunk: number, offset: number, length: number): ChunkRange {
    const { area, begin } = this.layout.rangeOf(chunk)
    return { area, begin: begin + offset, end: begin + offset + length }
  }

  #pieces(range: ChunkRange, facts: (entry: StoredEntry) => Pick<Piece, 'identity' | 'fresh'>): Piece[] {
    return this.#table.inRange(this.#share, range).map((entry) => {
      const start = entry.placement!.offset
      const begin = Math.max(range.begin, start)
      const end = Math.min(range.end, start + entry.size)
      const { size, executable, path } = this.toRecord(entry)
      return { path, offset: begin - start, length: end - begin, size, executable, ...facts(entry) }
    })
  }

  /** Of a shared file the base is the file itself. */
  #pathOf(entry: StoredEntry): string {
    return this.#root.kind === 'file' ? '' : entry.local
  }
}

function* range(first: number, end: number): Generator<number> {
  for (let i = first; i < end; i++) yield i
}
