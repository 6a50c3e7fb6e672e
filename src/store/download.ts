import { existsSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Bitmap, equalBytes, isShoalError, type AbortOptions } from '../base/index.ts'
import type { Root } from '../content/index.ts'
import { BitmapFile } from './bitmap-file.ts'
import { forEachLimited } from './concurrency.ts'
import type { StoreContext } from './context.ts'
import type { StoredEntry } from './entry-table.ts'
import { sameContent, type Identity } from './identity.ts'
import { CHECKPOINT_BYTES, CHECKPOINT_MS, CHECKS_AT_ONCE, MAX_CLOSING_ENTRIES } from './limits.ts'
import { locate } from './pieces.ts'
import type { ShareFiles } from './share-files.ts'
import type { ShareRow } from './share-table.ts'

export interface DownloadInit {
  readonly row: ShareRow
  readonly root: Root
  readonly files: ShareFiles
  /** Told of each chunk that turned out not to be there any more. */
  readonly onLost: (chunk: number) => void
}

export interface CheckOptions extends AbortOptions {
  readonly hashOf: (chunk: number) => Uint8Array
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/**
 * A download while it is written: chunks to their final places under `name.part`, a bit for each in a file beside the
 * catalogue. Data and bits are flushed at checkpoints; the identity of a file at its last checkpoint tells, after a
 * crash, whether it was touched since, and only then is it read again.
 */
export class Download {
  readonly base: string
  readonly #context: StoreContext
  readonly #init: DownloadInit
  readonly #bitmap: BitmapFile
  /** Whole files written since the last checkpoint, and a chunk of each. */
  readonly #touched = new Map<string, number>()
  readonly #stopTimer: () => void
  #bytesSince = 0
  #checkpoint: Promise<void> | undefined

  private constructor(context: StoreContext, init: DownloadInit, base: string, bitmap: BitmapFile) {
    this.#context = context
    this.#init = init
    this.base = base
    this.#bitmap = bitmap
    this.#stopTimer = context.clock.every(CHECKPOINT_MS, () => void this.checkpoint())
  }

  /** Begins a download on the disk, or opens one that was begun; that one has to be checked then. */
  static async open(context: StoreContext, init: DownloadInit): Promise<Download> {
    const { row, root, files } = init
    const bitmapPath = bitmapPathOf(context, row.cid)
    let base = row.partPath
    if (!base) {
      rmSync(bitmapPath, { force: true })
      base = await context.pool.run('begin', { dir: row.targetDir!, name: root.name, kind: root.kind })
      context.catalogue.shares.update(row.id, { partPath: base })
    }
    return new Download(context, init, base, BitmapFile.open(bitmapPath, files.layout.chunks))
  }

  get bits(): Bitmap {
    return this.#bitmap.bits
  }

  /** Verifies and writes a chunk; false, and nothing written, when it is not the chunk. */
  async write(chunk: number, bytes: Uint8Array, hash: Uint8Array): Promise<boolean> {
    const { files } = this.#init
    const attempt = (): Promise<boolean> => {
      const pieces = files.toWrite(chunk, (other) => this.bits.has(other))
      if (chunk < files.layout.wholeChunks) this.#touched.set(pieces[0]!.path, chunk)
      return this.#context.pool.run('write', { base: this.base, pieces, bytes, hash })
    }
    const written = await attempt().catch((error: unknown) => {
      if (!this.#forgetDeleted(chunk, error)) throw error
      return attempt()
    })
    if (!written) return false
    this.#bitmap.set(chunk, true)
    this.#bytesSince += bytes.length
    // What is complete is flushed by `finish`, which would have to wait for this.
    if (this.#bytesSince >= CHECKPOINT_BYTES && !this.bits.isFull) void this.checkpoint()
    return true
  }

  drop(chunk: number): void {
    this.#bitmap.set(chunk, false)
  }

  /** Flushes data, then bits, and notes what the files look like then. One at a time. */
  checkpoint(): Promise<void> {
    this.#checkpoint ??= this.#flush()
      .catch((error: unknown) => this.#context.log.warn('a checkpoint failed', { error: String(error) }))
      .finally(() => (this.#checkpoint = undefined))
    return this.#checkpoint
  }

  /** Reads again what may not be as it was left; what does not verify is dropped. */
  async check({ hashOf, signal, onProgress }: CheckOptions): Promise<void> {
    const { files } = this.#init
    const suspects = await this.#suspects(signal)
    let done = 0
    await forEachLimited(suspects.indices(), CHECKS_AT_ONCE, async (chunk) => {
      const pieces = files.toRead(chunk, false)
      const hash = await this.#context.pool
        .run('hash', { base: this.base, pieces }, { signal })
        .catch((error: unknown) => onlyIfChanged(error))
      if (!hash || !equalBytes(hash, hashOf(chunk))) this.drop(chunk)
      onProgress?.(++done, suspects.count)
    })
  }

  /**
   * Everything is held: makes empty files and folders, sets modes, keeps identities, renames. Undefined when something
   * had gone meanwhile: `onLost` was told, and it has to be fetched again.
   */
  async finish(): Promise<string | undefined> {
    const { row, root } = this.#init
    await this.#checkpoint
    await this.#context.pool.runInAll('close', { base: this.base })
    if (!(await this.#finishFiles())) return undefined
    await this.#flush()
    const ask = {
      part: this.base,
      dir: row.targetDir ?? dirname(this.base),
      name: root.name,
      kind: root.kind,
    }
    return this.#context.pool.run('settle', ask)
  }

  /** Leaves it to be taken up later. */
  async close(): Promise<void> {
    this.#stopTimer()
    await this.#checkpoint
    await this.checkpoint()
    await this.#notePacked()
    this.#bitmap.close()
    await this.#context.pool.runInAll('close', { base: this.base })
  }

  /** Forgets the bits: it is finished or given up. */
  discard(): void {
    this.#stopTimer()
    this.#bitmap.close()
    forgetDownloadState(this.#context, this.#init.row.cid)
  }

  async #suspects(signal?: AbortSignal): Promise<Bitmap> {
    const { files } = this.#init
    const suspects = new Bitmap(this.bits.length)
    const isHeld = (chunk: number): boolean => this.bits.has(chunk)
    for await (const batch of files.batches(signal)) {
      const begun = batch.filter((entry) => files.chunksOf(entry).some(isHeld))
      const now = await this.#identify(begun)
      for (const [i, entry] of begun.entries()) {
        const same = entry.identity && now[i] && sameContent(entry.identity, now[i])
        if (!same) for (const chunk of files.chunksOf(entry)) if (isHeld(chunk)) suspects.add(chunk)
      }
    }
    return suspects
  }

  async #finishFiles(): Promise<boolean> {
    const { files } = this.#init
    let lost = false
    for await (const batch of files.batches()) {
      const records = batch.map((entry) => files.toRecord(entry))
      const identities = await this.#context.pool.run('finish', { base: this.base, files: records })
      this.#keepIdentities(batch, identities)
      for (const [i, entry] of batch.entries()) {
        if (entry.size === 0 || identities[i]) continue
        lost = true
        this.#lose(entry)
      }
    }
    return !lost
  }

  async #flush(): Promise<void> {
    const { files } = this.#init
    const touched = [...this.#touched]
    this.#touched.clear()
    this.#bytesSince = 0
    // Identities first: a write after this shows in the times, one before it is flushed below.
    const entries = touched.map(([, chunk]) => files.entriesOf(chunk)[0]!)
    const identities = await this.#identify(entries)
    for (const [path] of touched) await flushFile(locate(this.base, path))
    this.#keepIdentities(entries, identities)
    if (touched.length > 0) await this.#bitmap.flush()
  }

  /** Packed files are too many to be flushed one by one, so they are believed only after a stop in good order. */
  async #notePacked(): Promise<void> {
    const { root, files } = this.#init
    if (root.files > MAX_CLOSING_ENTRIES) return
    for await (const batch of files.batches()) {
      const packed = batch.filter((entry) => entry.placement?.area === 'packed')
      this.#keepIdentities(packed, await this.#identify(packed))
    }
  }

  #identify(entries: readonly StoredEntry[]): Promise<(Identity | undefined)[]> {
    if (entries.length === 0) return Promise.resolve([])
    const paths = entries.map((entry) => this.#init.files.toRecord(entry).path)
    return this.#context.pool.run('identify', { base: this.base, paths })
  }

  #keepIdentities(entries: readonly StoredEntry[], identities: readonly (Identity | undefined)[]): void {
    const { catalogue } = this.#context
    catalogue.database.transaction(() => {
      for (const [i, entry] of entries.entries()) {
        catalogue.entries.setIdentity(this.#init.row.id, entry, identities[i])
      }
    })
  }

  /** A file that had chunks and is gone was deleted by somebody; true when its chunks are forgotten and may come anew. */
  #forgetDeleted(chunk: number, error: unknown): boolean {
    if (!isShoalError(error, 'path-missing') || !existsSync(dirname(this.base))) return false
    const entry = this.#init.files.find(chunk, String(error.data['path'] ?? ''))
    if (entry) this.#lose(entry)
    return entry !== undefined
  }

  #lose(entry: StoredEntry): void {
    for (const chunk of this.#init.files.chunksOf(entry)) {
      if (!this.bits.has(chunk)) continue
      this.drop(chunk)
      this.#init.onLost(chunk)
    }
  }
}

function onlyIfChanged(error: unknown): undefined {
  if (!isShoalError(error, 'source-changed')) throw error
}

async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r+').catch(() => undefined)
  try {
    await file?.sync()
  } finally {
    await file?.close()
  }
}

function bitmapPathOf(context: StoreContext, cid: string): string {
  return join(context.stateDir, cid, 'held')
}

export function forgetDownloadState(context: StoreContext, cid: string): void {
  rmSync(join(context.stateDir, cid), { recursive: true, force: true })
}
