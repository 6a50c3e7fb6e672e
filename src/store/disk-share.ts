import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CID } from 'multiformats/cid'
import {
  Bitmap,
  Emitter,
  fillGapped,
  raceSignal,
  ShoalError,
  toShoalError,
  ungappedLength,
  type AbortOptions,
  type Gaps,
} from '../base/index.ts'
import {
  chunkOfPart,
  decodeRoot,
  isPage,
  pageCount,
  pageLengthBound,
  partCount,
  verifyRoot,
  type Layout,
  type Part,
  type Root,
} from '../content/index.ts'
import { forEachLimited } from './concurrency.ts'
import type { StoreContext } from './context.ts'
import { Download, type CheckOptions } from './download.ts'
import { FilesOnDisk } from './files-on-disk.ts'
import { HeldParts } from './held-parts.ts'
import type { Piece } from './jobs.ts'
import { CHECKS_AT_ONCE } from './limits.ts'
import { ShareFiles } from './share-files.ts'
import { layoutOf, SharePages } from './share-pages.ts'
import { SharePlace } from './share-place.ts'
import type { ShareChange, ShareRow } from './share-table.ts'
import { Trouble } from './trouble.ts'
import type { PartBuffer, StoredShare, StoredShareEvents } from './types.ts'

/** What is known once all pages are held. */
interface Contents {
  readonly layout: Layout
  readonly files: ShareFiles
}

export interface DiskShareHooks {
  /** Runs when the root arrived, before anyone is told: the place to look whether the content is there already. */
  readonly onRoot?: ((share: DiskShare, root: Root) => Promise<void>) | undefined
}

/** A share whose bytes are files: those of the person who shares them, or those of a download. */
export class DiskShare implements StoredShare {
  readonly cid: CID
  readonly events = new Emitter<StoredShareEvents>()
  readonly #context: StoreContext
  readonly #hooks: DiskShareHooks
  readonly #trouble: Trouble
  readonly #place: SharePlace
  #row: ShareRow
  #root: Root | undefined
  #pages: SharePages | undefined
  #contents: Contents | undefined
  #held: HeldParts
  #broken: ShoalError | undefined
  /** Work that others wait for: the pages' entries being placed. */
  #placing: Promise<void> | undefined

  constructor(context: StoreContext, cid: CID, row: ShareRow, hooks: DiskShareHooks = {}) {
    this.#context = context
    this.#hooks = hooks
    this.cid = cid
    this.#row = row
    this.#trouble = new Trouble(this.events, context.clock, () => this.#probe())
    this.#place = new SharePlace({
      pool: context.pool,
      open: () => this.#openDownload(),
      onFinished: (path) => this.#becomeSettled(path),
      onTrouble: (error) => this.#trouble.report(error),
    })
    this.#held = this.#nothingHeld()
    this.#load(row)
  }

  get id(): number {
    return this.#row.id
  }

  get root(): Root | undefined {
    return this.#root
  }

  get rootBytes(): Uint8Array | undefined {
    return this.#row.root
  }

  get parts(): number {
    return this.#held.bits.length
  }

  get pages(): number {
    return this.#root ? pageCount(this.#root) : 0
  }

  get held(): Bitmap {
    return this.#held.bits
  }

  get isComplete(): boolean {
    return this.isSettled && this.held.isFull
  }

  get hasAllPages(): boolean {
    return this.#contents !== undefined
  }

  get bytesHeld(): number {
    return this.#held.chunkBytes
  }

  get isSettled(): boolean {
    return this.#place.is === 'settled'
  }

  /** Where the files are: final, or under `name.part`. */
  get base(): string | undefined {
    return this.#place.base ?? this.#row.partPath
  }

  /** Takes up an interrupted download: finds out what of it is still as it was left. */
  async resume(options: Omit<CheckOptions, 'hashOf'> = {}): Promise<void> {
    if (this.#place.is !== 'nowhere' || !this.#pages?.areAllHeld) return
    if (!this.#contents) await (this.#placing ??= this.#placeEntries(this.#pages))
    if (!this.#row.partPath) return this.#settleIfFull()
    const download = await this.#place.open()
    await download.check({ ...options, hashOf: (chunk) => this.#pages!.chunkHash(chunk) })
    for (const chunk of download.bits.indices()) this.#held.holdChunk(chunk)
    this.#settleIfFull()
  }

  async putRoot(bytes: Uint8Array): Promise<Root> {
    const root = verifyRoot(this.cid, bytes)
    if (this.#root) return this.#root
    this.#context.catalogue.shares.update(this.#row.id, { root: Uint8Array.from(bytes), name: root.name })
    this.#reload()
    await this.#hooks.onRoot?.(this, root)
    this.events.emit('root', { root })
    if (this.isSettled) this.#tellAll()
    return root
  }

  partLength(part: Part): number {
    const root = this.#existing(part)
    if (isPage(root, part)) return this.#pages!.length(part) ?? pageLengthBound(root, part).max
    return this.#contents?.layout.chunkLength(chunkOfPart(root, part)) ?? root.chunkSize
  }

  async readPart(
    part: Part,
    offset: number,
    length: number,
    options: AbortOptions = {},
  ): Promise<Uint8Array> {
    const root = this.#existing(part)
    options.signal?.throwIfAborted()
    await this.#place.settling()
    const whole = this.#checkStretch(part, offset, length)
    if (isPage(root, part)) return this.#pages!.bytes(part).slice(offset, offset + length)
    const chunk = chunkOfPart(root, part)
    const read = (at: number, bytes: number): Promise<Uint8Array> =>
      this.#readPieces(chunk, at, bytes, (base, pieces) => this.#context.pool.run('read', { base, pieces }))
    const key = `${this.#row.id}/${chunk}`
    return raceSignal(this.#context.reads.get(key, whole, offset, length, read), options.signal)
  }

  async readPartInto(part: Part, offset: number, into: Uint8Array, gaps?: Gaps): Promise<void> {
    const root = this.#existing(part)
    const length = ungappedLength(into.length, gaps)
    await this.#place.settling()
    if (isPage(root, part)) return fillGapped(into, await this.readPart(part, offset, length), gaps)
    this.#checkStretch(part, offset, length)
    // Without a signal: until the worker is done the memory is not the caller's.
    await this.#readPieces(chunkOfPart(root, part), offset, length, (base, pieces) =>
      this.#context.pool.run('readInto', { base, pieces, into, gaps }),
    )
  }

  async putPart(part: Part, buffer: PartBuffer): Promise<boolean> {
    try {
      const root = this.#existing(part)
      if (this.#broken) throw this.#broken
      if (this.held.has(part)) return true
      if (isPage(root, part)) return await this.#putPage(part, buffer.bytes)
      return await this.#place.track(this.#putChunk(part, buffer.bytes))
    } finally {
      buffer.release()
    }
  }

  /** Reads everything again. Of settled files, what is there now and verifies is what will be served. */
  async verify(
    options: AbortOptions & { onProgress?: (done: number, total: number) => void } = {},
  ): Promise<number> {
    await this.#place.settling()
    const files = this.#filesOnDisk()
    if (!files) return 0
    const { chunks } = this.#contents!.layout
    const settled = this.isSettled
    if (settled) await files.takeIdentities(options.signal)
    this.#context.reads.forget(`${this.#row.id}/`)
    let bad = 0
    let done = 0
    await forEachLimited(range(chunks), CHECKS_AT_ONCE, async (chunk) => {
      if (settled || this.#held.hasChunk(chunk)) {
        const hash = this.#pages!.chunkHash(chunk)
        const good = await files.verifies(chunk, hash, { isSettled: settled, signal: options.signal })
        if (good) this.#held.holdChunk(chunk)
        else this.#lose(chunk)
        if (!good) bad++
      }
      options.onProgress?.(++done, chunks)
    })
    this.#keepLost()
    if (bad === 0) this.#trouble.clear()
    return bad
  }

  /** Continues with another row of the catalogue that holds the same share, hashed from files that are there. */
  async takeOver(row: ShareRow, tell = true): Promise<void> {
    await this.#place.leave()
    this.#trouble.clear()
    this.#context.reads.forget(`${this.#row.id}/`)
    this.#load(row)
    if (tell) this.#tellAll()
  }

  /** Gives up what is on the disk and begins again: the files of a finished download are gone or were changed. */
  async restart(targetDir: string): Promise<void> {
    await this.#place.leave()
    const change = {
      targetDir,
      path: undefined,
      partPath: undefined,
      completedAt: undefined,
      lost: undefined,
    }
    this.#context.catalogue.shares.update(this.#row.id, { ...change, owned: false })
    this.#context.reads.forget(`${this.#row.id}/`)
    this.#reload()
  }

  /** Goes on from another copy of a finished download's files. Throws `storage-failed` when it is none. */
  async moveTo(path: string, targetDir: string): Promise<void> {
    const { path: pathBefore, targetDir: folderBefore, owned } = this.#row
    const take = (change: ShareChange): void => {
      this.#context.catalogue.shares.update(this.#row.id, change)
      this.#context.reads.forget(`${this.#row.id}/`)
      this.#reload()
    }
    await this.#place.settling()
    take({ path, targetDir, owned: true })
    const isGood = await this.verify().then(
      (bad) => bad === 0,
      () => false,
    )
    if (isGood) return
    take({ path: pathBefore, targetDir: folderBefore, owned, lost: undefined })
    await this.verify()
    throw new ShoalError('storage-failed', `the copy at ${path} is not what was copied`)
  }

  /** Whether all files of a settled share are what they were. */
  async isUnchanged(): Promise<boolean> {
    return this.isComplete && ((await this.#filesOnDisk()?.areUnchanged()) ?? false)
  }

  async close(): Promise<void> {
    this.#trouble.stop()
    await this.#placing?.catch(() => {})
    await this.#place.close()
    this.#context.reads.forget(`${this.#row.id}/`)
    this.events.clear()
  }

  /** Every batch of files as they are to be deleted. */
  files(): ShareFiles | undefined {
    return this.#contents?.files
  }

  #reload(): void {
    this.#load(this.#context.catalogue.shares.get(this.#row.id)!)
  }

  #load(row: ShareRow): void {
    this.#row = row
    this.#place.forget()
    this.#contents = undefined
    this.#root = row.root && decodeRoot(row.root)
    this.#held = this.#nothingHeld()
    if (!this.#root) return
    this.#pages = new SharePages(this.#context.catalogue, row.id, this.#root)
    for (const page of this.#pages.held) this.#held.hold(page, false)
    if (!row.placed) return
    const { entries } = this.#context.catalogue
    this.#setContents(layoutOf(this.#root, entries.wholeSizes(row.id)))
    if (row.completedAt !== undefined && row.path) this.#loadSettled(row.path, row.lost)
  }

  #loadSettled(base: string, lost: Uint8Array | undefined): void {
    this.#place.settleAt(base)
    const chunks = this.#contents!.layout.chunks
    const missing = lost && lost.length === Math.ceil(chunks / 8) ? new Bitmap(chunks, lost) : undefined
    for (const chunk of range(chunks)) if (!missing?.has(chunk)) this.#held.holdChunk(chunk, false)
  }

  #nothingHeld(): HeldParts {
    const size = { pages: this.pages, parts: this.#root ? partCount(this.#root) : 0 }
    return new HeldParts(size, (chunk) => this.#contents!.layout.chunkLength(chunk), this.events)
  }

  #setContents(layout: Layout): void {
    const { entries } = this.#context.catalogue
    this.#contents = { layout, files: new ShareFiles(entries, this.#row.id, this.#root!, layout) }
  }

  async #putPage(part: Part, bytes: Uint8Array): Promise<boolean> {
    const pages = this.#pages!
    try {
      if (!pages.put(part, bytes)) return false
      if (pages.areAllHeld) await (this.#placing ??= this.#placeEntries(pages))
    } catch (error) {
      throw this.#refusePages(toShoalError(error, 'bad-page'))
    }
    this.#held.hold(part)
    this.#settleIfFull()
    return true
  }

  async #placeEntries(pages: SharePages): Promise<void> {
    const layout = await pages.place()
    this.#context.catalogue.shares.update(this.#row.id, { placed: true })
    this.#setContents(layout)
  }

  /** A page that verifies and is no good condemns the share; a full disk does not. */
  #refusePages(error: ShoalError): ShoalError {
    this.#placing = undefined
    if (error.code === 'bad-page' || error.code === 'bad-name' || error.code === 'too-large')
      this.#broken = error
    this.#trouble.report(error)
    return error
  }

  async #putChunk(part: Part, bytes: Uint8Array): Promise<boolean> {
    if (!this.#contents || !this.#pages) throw new ShoalError('not-found', 'a chunk before all pages')
    const chunk = chunkOfPart(this.#root!, part)
    if (bytes.length !== this.#contents.layout.chunkLength(chunk)) return false
    try {
      const download = await this.#place.open()
      if (!(await download.write(chunk, bytes, this.#pages.chunkHash(chunk)))) return false
    } catch (error) {
      const problem = toShoalError(error, 'storage-failed')
      if (problem.code !== 'cancelled') this.#trouble.report(problem)
      throw problem
    }
    this.#trouble.clear()
    this.#held.hold(part)
    this.#settleIfFull()
    return true
  }

  #openDownload(): Promise<Download> {
    const init = {
      row: this.#context.catalogue.shares.get(this.#row.id)!,
      root: this.#root!,
      files: this.#contents!.files,
      onLost: (chunk: number) => this.#lose(chunk),
    }
    return Download.open(this.#context, init)
  }

  #settleIfFull(): void {
    if (this.held.isFull) this.#place.settle()
  }

  #becomeSettled(path: string): void {
    const completedAt = this.#context.clock.wallNow()
    this.#context.catalogue.shares.update(this.#row.id, {
      path,
      completedAt,
      partPath: undefined,
      owned: true,
    })
    this.#context.reads.forget(`${this.#row.id}/`)
    this.#place.settleAt(path)
    this.#trouble.clear()
    this.events.emit('complete', { path })
  }

  /** A finished download whose last step, the record of it, was lost in a crash: its files are known by identity. */
  async adoptFinished(path: string): Promise<boolean> {
    if (!this.#contents || this.#place.is !== 'nowhere') return false
    this.#loadSettled(path, undefined)
    if (!(await this.isUnchanged())) {
      this.#reload()
      return false
    }
    this.#becomeSettled(path)
    return true
  }

  /** The part's length, once it is held and the stretch lies in it. */
  #checkStretch(part: Part, offset: number, length: number): number {
    if (!this.held.has(part)) throw new ShoalError('not-found', `part ${part} is not held`)
    const whole = this.partLength(part)
    if (offset < 0 || length < 0 || offset + length > whole) throw new RangeError('beyond the part')
    return whole
  }

  async #readPieces<T>(
    chunk: number,
    offset: number,
    length: number,
    read: (base: string, pieces: readonly Piece[]) => Promise<T>,
  ): Promise<T> {
    const settled = this.isSettled
    const base = this.base
    if (!this.#contents || !base) throw new ShoalError('not-found', 'nothing is on the disk')
    try {
      return await read(base, this.#contents.files.toRead(chunk, settled, offset, length))
    } catch (error) {
      const problem = toShoalError(error, 'storage-failed')
      if (problem.code === 'source-changed') this.#onChanged(chunk, problem)
      if (problem.code !== 'cancelled') this.#trouble.report(problem)
      throw problem
    }
  }

  /** Stops holding the chunks that touch a changed file; all of them when everything is gone. */
  #onChanged(chunk: number, error: ShoalError): void {
    const { files, layout } = this.#contents!
    const entry = existsSync(this.base!) ? files.find(chunk, String(error.data['path'] ?? '')) : undefined
    this.#context.reads.forget(`${this.#row.id}/`)
    for (const lost of entry ? files.chunksOf(entry) : range(layout.chunks)) this.#lose(lost)
    this.#keepLost()
  }

  #filesOnDisk(): FilesOnDisk | undefined {
    const { base } = this
    if (!this.#contents || !base) return undefined
    return new FilesOnDisk({ context: this.#context, row: this.#row.id, files: this.#contents.files, base })
  }

  #lose(chunk: number): void {
    this.#place.download?.drop(chunk)
    this.#held.loseChunk(chunk)
  }

  /** So that a restart does not offer again what is known to have changed. */
  #keepLost(): void {
    if (!this.isSettled) return
    const lost = this.#held.missingChunks()
    this.#context.catalogue.shares.update(this.#row.id, { lost: lost.count > 0 ? lost.toBytes() : undefined })
  }

  #tellAll(): void {
    this.#held.tellAll()
    if (this.isComplete) this.events.emit('complete', { path: this.base! })
  }

  async #probe(): Promise<void> {
    if (this.held.isFull && !this.isSettled) return this.#place.retrySettling()
    const { targetDir } = this.#row
    if (!targetDir || !this.#root) return
    const path = join(targetDir, `.shoal-${randomUUID()}.tmp`)
    await this.#context.pool.run('probe', { path, bytes: this.#root.chunkSize })
  }

  #existing(part: Part): Root {
    if (!this.#root || !(part >= 0 && part < this.parts)) throw new RangeError(`no part ${part}`)
    return this.#root
  }
}

function* range(end: number): Generator<number> {
  for (let i = 0; i < end; i++) yield i
}
