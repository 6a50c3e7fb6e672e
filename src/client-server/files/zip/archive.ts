import { crc32 } from 'node:zlib'
import { utf8 } from '../../../base/index.ts'
import { FLAG_EXECUTABLE, isFolderPath } from '../../../content/index.ts'
import { readFile, type ReadPlan } from '../chunk-reader.ts'
import { COALESCE_BYTES } from '../limits.ts'
import type { Representation } from '../representation.ts'
import type { PlacedEntry, ShareIndex } from '../share-index.ts'
import type { Checksums } from './checksums.ts'
import {
  centralHeader,
  centralLength,
  descriptor,
  descriptorLength,
  endLength,
  endRecords,
  localHeader,
  localLength,
  type Directory,
  type ZipEntry,
} from './records.ts'

/** What an archive holds and how long its parts are; follows from the entries alone. */
export interface ArchivePlan {
  /** Entries of the share. */
  readonly begin: number
  readonly end: number
  /** Characters of each path that are left out, and what stands in their place. */
  readonly strip: number
  readonly prefix: string
  readonly directory: Directory
  readonly length: number
}

/** Adds up an archive of one folder (`a/b/`, or empty for all), whose names begin with `top`. */
export async function planArchive(index: ShareIndex, folder: string, top: string): Promise<ArchivePlan> {
  const { begin, end } = await index.within(folder)
  const names = { strip: folder.length, prefix: `${top}/` }
  let offset = 0
  let length = 0
  for await (const batch of index.batches(begin, end)) {
    for (const file of batch) {
      const entry = toZipEntry(file, names)
      length += centralLength(entry, offset)
      offset += localLength(entry) + entry.size + descriptorLength(entry)
    }
  }
  const directory = { entries: end - begin, offset, length }
  return { begin, end, ...names, directory, length: offset + length + endLength(directory) }
}

function toZipEntry(file: PlacedEntry, names: { strip: number; prefix: string }): ZipEntry {
  const kind = isFolderPath(file.path) ? 'folder' : file.flags & FLAG_EXECUTABLE ? 'executable' : 'file'
  return { name: utf8(names.prefix + file.path.slice(names.strip)), size: file.size, kind }
}

/**
 * A folder as a ZIP archive, made while it is read. Any range of it can be had: what lies before is skipped without
 * reading it, but for checksums that are not known yet.
 */
export class Archive implements Representation {
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
  readonly mayShorten = false
  readonly #index: ShareIndex
  readonly #plan: ArchivePlan
  readonly #checksums: Checksums

  constructor(
    index: ShareIndex,
    plan: ArchivePlan,
    options: { checksums: Checksums; etag: string; headers: Readonly<Record<string, string>> },
  ) {
    this.#index = index
    this.#plan = plan
    this.#checksums = options.checksums
    this.etag = `"${options.etag}"`
    this.headers = options.headers
  }

  get length(): number {
    return this.#plan.length
  }

  async heldUntil(begin: number, end: number): Promise<number> {
    return (await this.#index.holds(this.#plan.begin, this.#plan.end)) ? end : begin
  }

  async *read(begin: number, end: number, plan: ReadPlan): AsyncGenerator<Uint8Array> {
    const small: Uint8Array[] = []
    let bytes = 0
    for await (const piece of this.#pieces(begin, end, plan)) {
      small.push(piece)
      bytes += piece.length
      if (bytes < COALESCE_BYTES) continue
      yield join(small, plan)
      small.length = bytes = 0
    }
    if (bytes > 0) yield join(small, plan)
  }

  async *#pieces(begin: number, end: number, plan: ReadPlan): AsyncGenerator<Uint8Array> {
    const { directory } = this.#plan
    const window = new Window(begin, end)
    if (begin < directory.offset) yield* this.#files(window, plan)
    const last = directory.offset + directory.length
    if (end > directory.offset && begin < last) yield* this.#directory(window, plan)
    if (end > last) yield* window.cut(last, endRecords(directory))
  }

  /** Headers, data and descriptors, one file after the other. */
  async *#files(window: Window, plan: ReadPlan): AsyncGenerator<Uint8Array> {
    let at = 0
    for await (const batch of this.#index.batches(this.#plan.begin, this.#plan.end)) {
      for (const file of batch) {
        const entry = toZipEntry(file, this.#plan)
        const data = at + localLength(entry)
        const after = data + file.size
        if (window.touches(at, data)) yield* window.cut(at, localHeader(entry))
        if (window.touches(data, after)) yield* this.#data(window, data, file, plan)
        const next = after + descriptorLength(entry)
        if (window.touches(after, next)) {
          yield* window.cut(after, descriptor(entry, await this.#crc(file, plan)))
        }
        if (next >= window.end) return
        at = next
      }
    }
  }

  async *#data(window: Window, at: number, file: PlacedEntry, plan: ReadPlan): AsyncGenerator<Uint8Array> {
    const from = Math.max(0, window.begin - at)
    const to = Math.min(file.size, window.end - at)
    const isWhole = from === 0 && to === file.size
    let crc = 0
    for await (const block of readFile(this.#index, file, from, to, plan)) {
      if (isWhole) crc = crc32(block, crc)
      yield block
    }
    if (isWhole) this.#checksums.set(file.index, crc)
  }

  async *#directory(window: Window, plan: ReadPlan): AsyncGenerator<Uint8Array> {
    let at = this.#plan.directory.offset
    let offset = 0
    for await (const batch of this.#index.batches(this.#plan.begin, this.#plan.end)) {
      for (const file of batch) {
        const entry = toZipEntry(file, this.#plan)
        const next = at + centralLength(entry, offset)
        if (window.touches(at, next)) {
          yield* window.cut(at, centralHeader(entry, offset, await this.#crc(file, plan)))
        }
        if (next >= window.end) return
        offset += localLength(entry) + file.size + descriptorLength(entry)
        at = next
      }
    }
  }

  /** Known from sending the file, or read for it. */
  async #crc(file: PlacedEntry, plan: ReadPlan): Promise<number> {
    if (file.size === 0) return 0
    const known = this.#checksums.get(file.index)
    if (known !== undefined) return known
    let crc = 0
    for await (const block of readFile(this.#index, file, 0, file.size, plan)) {
      crc = crc32(block, crc)
      plan.pool.giveBack(block)
    }
    this.#checksums.set(file.index, crc)
    return crc
  }
}

/** The bytes of an archive that were asked for. */
class Window {
  readonly begin: number
  readonly end: number

  constructor(begin: number, end: number) {
    this.begin = begin
    this.end = end
  }

  touches(begin: number, end: number): boolean {
    return begin < end && begin < this.end && end > this.begin
  }

  /** The part of a record at `at` that lies in the window. */
  *cut(at: number, record: Uint8Array): Generator<Uint8Array> {
    const piece = record.subarray(Math.max(0, this.begin - at), Math.max(0, this.end - at))
    if (piece.length > 0) yield piece
  }
}

/** One block of several, which are then given back. */
function join(pieces: readonly Uint8Array[], { pool }: ReadPlan): Uint8Array {
  if (pieces.length === 1) return pieces[0]!
  const whole = Buffer.concat(pieces)
  for (const piece of pieces) pool.giveBack(piece)
  return whole
}
