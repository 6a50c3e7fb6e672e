import type { CID } from 'multiformats/cid'
import {
  Bitmap,
  Emitter,
  equalBytes,
  fillGapped,
  ShoalError,
  toShoalError,
  ungappedLength,
  type Gaps,
} from '../base/index.ts'
import {
  buildRoot,
  chunkOfPart,
  chunkSizeFor,
  comparePaths,
  EntryChecker,
  FileMap,
  FLAG_EXECUTABLE,
  hashAt,
  hashPlace,
  isPage,
  pageCount,
  pageHash,
  pageLengthBound,
  partCount,
  readPage,
  verifyRoot,
  type Entry,
  type Layout,
  type Part,
  type Root,
} from '../content/index.ts'
import { sha256 } from './pieces.ts'
import type { PartBuffer, StoredShare, StoredShareEvents } from './types.ts'

/** A file of a share made from bytes; a path that ends in `/` is an empty folder. */
export interface MemoryFile {
  readonly path: string
  readonly bytes: Uint8Array
  readonly executable?: boolean
}

/** A share whose parts lie in memory: for tests, the simulator and networks of pretended laptops. */
export class MemoryShare implements StoredShare {
  readonly cid: CID
  readonly events = new Emitter<StoredShareEvents>()
  readonly #parts = new Map<Part, Uint8Array>()
  #root: Root | undefined
  #rootBytes: Uint8Array | undefined
  #held = new Bitmap(0)
  #layout: Layout | undefined
  #bytesHeld = 0
  #broken: ShoalError | undefined

  /** Holds nothing yet, not even the root. */
  constructor(cid: CID) {
    this.cid = cid
  }

  get root(): Root | undefined {
    return this.#root
  }

  get rootBytes(): Uint8Array | undefined {
    return this.#rootBytes
  }

  get parts(): number {
    return this.#held.length
  }

  get pages(): number {
    return this.#root ? pageCount(this.#root) : 0
  }

  get held(): Bitmap {
    return this.#held
  }

  get isComplete(): boolean {
    return this.hasAllPages && this.#held.isFull
  }

  get hasAllPages(): boolean {
    return this.#layout !== undefined
  }

  get bytesHeld(): number {
    return this.#bytesHeld
  }

  async putRoot(bytes: Uint8Array): Promise<Root> {
    const root = verifyRoot(this.cid, bytes)
    if (this.#root) return this.#root
    this.#root = root
    this.#rootBytes = bytes
    this.#held = new Bitmap(partCount(root))
    this.events.emit('root', { root })
    return root
  }

  partLength(part: Part): number {
    const root = this.#existing(part)
    if (isPage(root, part)) return this.#parts.get(part)?.length ?? pageLengthBound(root, part).max
    return this.#layout?.chunkLength(chunkOfPart(root, part)) ?? root.chunkSize
  }

  async readPart(part: Part, offset: number, length: number): Promise<Uint8Array> {
    this.#existing(part)
    const bytes = this.#parts.get(part)
    if (!bytes) throw new ShoalError('not-found', `part ${part} is not held`)
    if (offset < 0 || length < 0 || offset + length > bytes.length) throw new RangeError('beyond the part')
    return bytes.slice(offset, offset + length)
  }

  async readPartInto(part: Part, offset: number, into: Uint8Array, gaps?: Gaps): Promise<void> {
    const length = ungappedLength(into.length, gaps)
    fillGapped(into, await this.readPart(part, offset, length), gaps)
  }

  async putPart(part: Part, buffer: PartBuffer): Promise<boolean> {
    try {
      return this.#put(part, buffer.bytes)
    } finally {
      buffer.release()
    }
  }

  #put(part: Part, bytes: Uint8Array): boolean {
    const root = this.#existing(part)
    if (this.#broken) throw this.#broken
    if (this.#held.has(part)) return true
    if (!equalBytes(sha256(bytes), this.#hashOf(part))) return false
    this.#parts.set(part, Uint8Array.from(bytes))
    if (isPage(root, part)) this.#takePage(root, part)
    else this.#bytesHeld += bytes.length
    this.#held.add(part)
    this.events.emit('held', { part, held: true })
    if (this.isComplete) this.events.emit('complete', { path: root.name })
    return true
  }

  #takePage(root: Root, part: Part): void {
    try {
      readPage(root, part, this.#parts.get(part)!)
      if (this.#parts.size === pageCount(root)) this.#layout = this.#place(root)
    } catch (error) {
      this.#parts.delete(part)
      this.#broken = toShoalError(error, 'bad-page')
      this.events.emit('trouble', { error: this.#broken })
      throw this.#broken
    }
  }

  #place(root: Root): Layout {
    const checker = new EntryChecker(root)
    for (let part = 0; part < root.entryPages.length; part++) {
      const page = readPage(root, part, this.#parts.get(part)!)
      if (page.is === 'entries') for (const entry of page.entries) checker.add(entry)
    }
    return checker.finish()
  }

  #hashOf(part: Part): Uint8Array {
    const root = this.#root!
    if (isPage(root, part)) return pageHash(root, part)
    if (!this.hasAllPages) throw new ShoalError('not-found', 'a chunk before all pages')
    const place = hashPlace(root, chunkOfPart(root, part))
    return hashAt(this.#parts.get(place.part)!, place.offset)
  }

  #existing(part: Part): Root {
    if (!this.#root || !(part >= 0 && part < this.parts)) throw new RangeError(`no part ${part}`)
    return this.#root
  }
}

/** A complete share of one file (`kind` file, named by its path) or of a folder. */
export async function createMemoryShare(
  name: string,
  files: readonly MemoryFile[],
  kind: Root['kind'] = 'folder',
): Promise<MemoryShare> {
  const sorted = files.toSorted((a, b) => comparePaths(a.path, b.path))
  const entries = sorted.map(toEntry)
  const byPath = new Map(sorted.map((file) => [file.path, file.bytes]))
  const map = new FileMap(entries, chunkSizeFor(entries.reduce((sum, entry) => sum + entry.size, 0)))
  const chunks = Array.from({ length: map.layout.chunks }, (_, chunk) => chunkBytes(map, chunk, byPath))
  const pages: { is: 'entries' | 'hashes'; index: number; bytes: Uint8Array }[] = []
  const init = {
    kind,
    name,
    layout: map.layout,
    onPage: (page: (typeof pages)[number]) => void pages.push(page),
  }
  const { cid, root, bytes } = await buildRoot(init, entries, chunks.map(sha256))

  const share = new MemoryShare(cid)
  await share.putRoot(bytes)
  for (const page of pages) {
    const part = page.index + (page.is === 'hashes' ? root.entryPages.length : 0)
    await share.putPart(part, { bytes: page.bytes, release: () => {} })
  }
  for (const [chunk, data] of chunks.entries()) {
    await share.putPart(pageCount(root) + chunk, { bytes: data, release: () => {} })
  }
  return share
}

/** A complete share of one file. */
export function createMemoryFile(name: string, bytes: Uint8Array): Promise<MemoryShare> {
  return createMemoryShare(name, [{ path: name, bytes }], 'file')
}

function toEntry({ path, bytes, executable }: MemoryFile): Entry {
  return { path, size: bytes.length, flags: executable ? FLAG_EXECUTABLE : 0 }
}

function chunkBytes(map: FileMap, chunk: number, files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const out = new Uint8Array(map.layout.chunkLength(chunk))
  let at = 0
  for (const { path, offset, length } of map.segmentsOf(chunk)) {
    out.set(files.get(path)!.subarray(offset, offset + length), at)
    at += length
  }
  return out
}
