import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { isShoalError, ShoalError, toShoalError, type AbortOptions, type Clock } from '../base/index.ts'
import {
  addSizes,
  chunkSizeFor,
  encodeEntryPage,
  encodeRoot,
  ENTRIES_PER_PAGE,
  HASHES_PER_PAGE,
  isFolderPath,
  Placer,
  toPortableName,
  type Layout,
  type Root,
} from '../content/index.ts'
import type { Catalogue } from './catalogue.ts'
import type { DiskFs } from './disk-fs.ts'
import { isRacy } from './identity.ts'
import type { Ask, Piece } from './jobs.ts'
import { HASH_RETRIES, JOBS_PER_WORKER } from './limits.ts'
import { sha256 } from './pieces.ts'
import { Scan, type ScanBatch } from './scan.ts'
import { ShareFiles } from './share-files.ts'
import { Slices } from './slices.ts'
import type { HashingProgress, LeftOut } from './types.ts'

/** What making a share takes; fits a StoreContext, and the thread it is made on. */
export interface MakeContext {
  readonly catalogue: Catalogue
  readonly hasher: Hasher
  readonly fs: DiskFs
  readonly clock: Pick<Clock, 'wallNow'>
  /** The system records who may execute a file. */
  readonly executableBits: boolean
}

/** Hashes pieces of files somewhere, several at a time. */
export interface Hasher {
  readonly size: number
  run(name: 'hash', ask: Ask<'hash'>, options?: AbortOptions): Promise<Uint8Array>
}

export interface MakeOptions extends AbortOptions {
  readonly onProgress?: ((progress: HashingProgress) => void) | undefined
  /** What is looked for: anything that cannot be it is not hashed. */
  readonly like?: Likeness | undefined
}

/** What a scan came to, and what a root says beforehand. */
export interface Likeness {
  readonly kind: Root['kind']
  readonly files: number
  readonly dirs: number
  readonly size: number
}

interface Found extends Likeness {
  readonly leftOut: LeftOut
}

/** A share hashed from files: rows without a CID yet, which the store gives to a new or a known share. */
export interface MadeShare {
  readonly id: number
  /** DAG-CBOR of the root. */
  readonly root: Uint8Array
  /** With symbolic links on the way resolved. */
  readonly path: string
  readonly leftOut: LeftOut
}

/**
 * Lists and hashes a file or folder. Nothing is kept in memory per file: records go to the catalogue as they are found,
 * come back in order, and leave as pages. A file that changes meanwhile makes it begin again; what was hashed is known.
 * Undefined when it is not `like` what is looked for. Throws `path-missing`, `permission-denied`, `empty-share`,
 * `source-changed` …
 */
export async function makeShare(
  context: MakeContext,
  path: string,
  options: MakeOptions = {},
): Promise<MadeShare | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await new Making(context, path, options).run()
    } catch (error) {
      if (options.signal?.aborted) throw toShoalError(options.signal.reason, 'cancelled')
      if (!isShoalError(error, 'source-changed') || attempt >= HASH_RETRIES) throw error
    }
  }
}

class Making {
  readonly #context: MakeContext
  readonly #path: string
  readonly #options: MakeOptions
  readonly #slices: Slices
  readonly #name: string
  readonly #id: number

  constructor(context: MakeContext, path: string, options: MakeOptions) {
    this.#context = context
    this.#path = resolve(path)
    this.#options = options
    this.#slices = new Slices(options.signal)
    this.#name = toPortableName(basename(this.#path))
    this.#id = context.catalogue.shares.begin('source', this.#name, context.clock.wallNow())
  }

  async run(): Promise<MadeShare | undefined> {
    try {
      const path = await realpath(this.#path)
      const found = await this.#scan(path)
      if (this.#options.like && !isLike(found, this.#options.like)) return void (await this.#discard())
      if (found.files + found.dirs === 0) throw new ShoalError('empty-share', 'there is nothing to share')
      const root = await this.#hashAll(path, found)
      return { id: this.#id, path, leftOut: found.leftOut, root }
    } catch (error) {
      await this.#discard()
      throw toShoalError(error, 'storage-failed')
    } finally {
      this.#context.catalogue.found.delete(this.#id)
    }
  }

  #discard(): Promise<void> {
    return discardShare(this.#context.catalogue, this.#id)
  }

  async #scan(path: string): Promise<Found> {
    const { catalogue, fs, executableBits } = this.#context
    const scan = new Scan(fs, path, { executableBits, fileName: this.#name })
    for (let found: Found | undefined; ;) {
      const batch = scan.next()
      catalogue.database.transaction(() => catalogue.found.insert(this.#id, batch.records))
      found = addUp(found, batch)
      const { files } = found
      this.#options.onProgress?.({ phase: 'scanning', filesFound: files, bytesDone: 0, bytesTotal: 0 })
      await this.#slices.breathe()
      if (batch.done) return found
    }
  }

  async #hashAll(path: string, found: Found): Promise<Uint8Array> {
    const { kind, size, files, dirs } = found
    const { layout, entryPages } = await this.#place(found)
    const facts = { v: 1, kind, name: this.#name, size, files, dirs, chunkSize: layout.chunkSize } as const
    const root = { ...facts, chunks: layout.chunks, entryPages, hashPages: [] }
    const shareFiles = new ShareFiles(this.#context.catalogue.entries, this.#id, root, layout)
    const hashPages = await this.#hashChunks(path, shareFiles, entryPages.length, found)
    return encodeRoot({ ...root, hashPages }).bytes
  }

  /** Gives every entry its place and makes the entry pages, one page at a time. */
  async #place({ size }: Found): Promise<{ layout: Layout; entryPages: Uint8Array[] }> {
    const { catalogue } = this.#context
    const placer = new Placer(chunkSizeFor(size))
    const entryPages: Uint8Array[] = []
    let empty = 0
    let records = catalogue.found.after(this.#id, '', ENTRIES_PER_PAGE)
    while (records.length > 0) {
      const bytes = encodeEntryPage(records)
      catalogue.database.transaction(() => {
        catalogue.pages.put(this.#id, entryPages.length, bytes)
        const placed = records.map((record) => ({ ...record, placement: placer.place(record.size) }))
        empty = catalogue.entries.insert(this.#id, placed, empty)
      })
      entryPages.push(sha256(bytes))
      await this.#slices.breathe()
      records = catalogue.found.after(this.#id, records.at(-1)!.path, ENTRIES_PER_PAGE)
    }
    return { layout: placer.finish(), entryPages }
  }

  async #hashChunks(base: string, files: ShareFiles, firstPart: number, found: Found): Promise<Uint8Array[]> {
    const { layout } = files
    const { onProgress } = this.#options
    const pages = new HashPages((page, bytes) => {
      this.#context.catalogue.pages.put(this.#id, firstPart + page, bytes)
    })
    const pending: Promise<Uint8Array>[] = []
    let bytesDone = 0
    const takeOne = async (): Promise<void> => {
      bytesDone += layout.chunkLength(pages.count)
      pages.add(await pending.shift()!)
      onProgress?.({ phase: 'hashing', filesFound: found.files, bytesDone, bytesTotal: found.size })
    }
    onProgress?.({ phase: 'hashing', filesFound: found.files, bytesDone, bytesTotal: found.size })
    for (let chunk = 0; chunk < layout.chunks; chunk++) {
      const hash = this.#hashChunk(base, files.toRead(chunk, true))
      hash.catch(() => {})
      pending.push(hash)
      if (pending.length > this.#context.hasher.size * JOBS_PER_WORKER) await takeOne()
      await this.#slices.breathe()
    }
    while (pending.length > 0) await takeOne()
    return pages.finish()
  }

  /** A chunk whose files were hashed before, and are what they were, is not read again. */
  async #hashChunk(base: string, pieces: readonly Piece[]): Promise<Uint8Array> {
    const { catalogue, hasher, clock } = this.#context
    const key = cacheKey(pieces)
    const known = catalogue.hashes.get(key)
    if (known) return known
    const before = clock.wallNow()
    const hash = await hasher.run('hash', { base, pieces }, { signal: this.#options.signal })
    const racy = pieces.some((piece) => isRacy(piece.identity!, before))
    if (!racy) catalogue.hashes.put(key, hash, before)
    return hash
  }
}

/** Forgets the rows of a share, a bounded number at a time. */
export async function discardShare(catalogue: Catalogue, id: number): Promise<void> {
  const slices = new Slices()
  catalogue.shares.release(id)
  catalogue.pages.delete(id)
  while (catalogue.entries.deleteSome(id)) await slices.breathe()
  catalogue.shares.delete(id)
}

function addUp(found: Found | undefined, { kind, records, leftOut }: ScanBatch): Found {
  const dirs = records.filter((record) => isFolderPath(record.path)).length
  const size = records.reduce((sum, record) => addSizes(sum, record.size), found?.size ?? 0)
  const files = (found?.files ?? 0) + records.length - dirs
  return { kind, files, dirs: (found?.dirs ?? 0) + dirs, size, leftOut }
}

function isLike({ kind, files, dirs, size, leftOut }: Found, like: Likeness): boolean {
  const { symbolicLinks, specialFiles, unportableNames, unreadable } = leftOut
  if (symbolicLinks + specialFiles + unportableNames + unreadable > 0) return false
  return kind === like.kind && files === like.files && dirs === like.dirs && size === like.size
}

/** What a chunk is made of: for each stretch the identity of its file, offset and length. */
function cacheKey(pieces: readonly Piece[]): Uint8Array {
  const digest = createHash('sha256')
  for (const { identity, offset, length } of pieces) digest.update(`${identity}@${offset}+${length};`)
  return digest.digest()
}

/** Gathers chunk hashes into pages. */
class HashPages {
  readonly #onPage: (page: number, bytes: Uint8Array) => void
  readonly #hashes: Uint8Array[] = []
  #page: Uint8Array[] = []
  count = 0

  constructor(onPage: (page: number, bytes: Uint8Array) => void) {
    this.#onPage = onPage
  }

  add(hash: Uint8Array): void {
    this.count++
    if (this.#page.push(hash) === HASHES_PER_PAGE) this.#close()
  }

  finish(): Uint8Array[] {
    if (this.#page.length > 0) this.#close()
    return this.#hashes
  }

  #close(): void {
    const bytes = Buffer.concat(this.#page)
    this.#onPage(this.#hashes.length, bytes)
    this.#hashes.push(Uint8Array.from(sha256(bytes)))
    this.#page = []
  }
}
