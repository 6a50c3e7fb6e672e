import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { CID } from 'multiformats/cid'
import { ShoalError, type AbortOptions, type Clock, type Logger } from '../base/index.ts'
import { cidOf, decodeRoot, ENTRIES_PER_PAGE, readPage, type Entry, type Root } from '../content/index.ts'
import { SlabPool } from './buffer-pool.ts'
import { Catalogue } from './catalogue.ts'
import type { StoreContext } from './context.ts'
import { DiskShare } from './disk-share.ts'
import type { DiskFs } from './disk-fs.ts'
import { WorkerPool, type DiskPool } from './disk-pool.ts'
import { forgetDownloadState } from './download.ts'
import { copyFiles } from './copy-files.ts'
import { discardShare, type MadeShare } from './make-share.ts'
import { JobRunner } from './job-runner.ts'
import { MixedPool } from './mixed-pool.ts'
import { ReadCache } from './read-cache.ts'
import { inlineMaker, threadMaker, type ShareMaker } from './share-maker.ts'
import type { ShareChange, ShareRow } from './share-table.ts'
import { numberedName } from './target.ts'
import type {
  AddShareOptions,
  CatalogueRecord,
  FactStore,
  OpenDownloadOptions,
  Store,
  StoredShare,
} from './types.ts'

export interface StoreComponents {
  readonly clock: Clock
  readonly log: Logger
  /** Where jobs are done, and shares made, instead of on threads of its own. */
  readonly inline?: { readonly pool: DiskPool; readonly fs: DiskFs }
}

export interface StoreInit {
  /** Folder for the catalogue and the state of downloads; made if missing. */
  readonly home: string
  /** Whether the system records who may execute a file; not on Windows. */
  readonly executableBits?: boolean
}

/** How many names are tried when the last step of a download was lost in a crash. */
const ADOPT_TRIES = 16

/** The shares of one home, on disk. */
export function createStore(components: StoreComponents, init: StoreInit): Store {
  return new DiskStore(components, init)
}

class DiskStore implements Store {
  readonly buffers = new SlabPool()
  readonly #components: StoreComponents
  readonly #init: StoreInit
  readonly #shares = new Map<string, DiskShare>()
  /** One change of a share at a time: adding, opening and removing the same one take turns. */
  readonly #turns = new Map<string, Promise<unknown>>()
  #context: StoreContext | undefined
  #maker: ShareMaker | undefined

  constructor(components: StoreComponents, init: StoreInit) {
    this.#components = components
    this.#init = init
  }

  get facts(): FactStore {
    return this.#started.catalogue.facts
  }

  async start(): Promise<void> {
    const { clock, log } = this.#components
    const { home, executableBits = process.platform !== 'win32' } = this.#init
    const stateDir = join(home, 'downloads')
    mkdirSync(stateDir, { recursive: true })
    const path = join(home, 'catalogue.db')
    const catalogue = Catalogue.open(path, clock.wallNow(), log)
    // It holds links, and a link is as secret as what it leads to.
    chmodSync(path, 0o600)
    const { inline } = this.#components
    const pool = inline?.pool ?? new MixedPool(new WorkerPool({ clock, log }), new JobRunner(), clock)
    this.#maker = inline
      ? inlineMaker({ catalogue, clock, executableBits }, pool, inline.fs)
      : threadMaker(path, pool, executableBits)
    this.#context = { catalogue, pool, reads: new ReadCache(), clock, log, stateDir, executableBits }
    for (const id of catalogue.shares.abandoned()) await discardShare(catalogue, id)
    catalogue.hashes.forgetOld(clock.wallNow())
    for (const row of catalogue.shares.all()) if (row.completedAt !== undefined) this.#load(row)
  }

  async stop(): Promise<void> {
    const context = this.#context
    if (!context) return
    this.#context = undefined
    await Promise.allSettled(this.#turns.values())
    for (const share of this.#shares.values()) await share.close()
    this.#shares.clear()
    await context.pool.stop()
    context.catalogue.close()
  }

  async addShare(path: string, options: AddShareOptions = {}): Promise<StoredShare> {
    const known = await this.#knownDownload(resolve(path))
    if (known) return known
    const { signal, onProgress } = options
    const made = await this.#maker!.make(path, { signal, onProgress })
    if (!made) throw new ShoalError('internal', 'a share was made and not accepted')
    return this.#inTurn(cidOf(made.root).toString(), () => this.#keepMade(made, options))
  }

  openDownload(cid: CID, options: OpenDownloadOptions): Promise<StoredShare> {
    return this.#inTurn(cid.toString(), () => this.#openDownload(cid, options))
  }

  get(cid: string): StoredShare | undefined {
    return this.#shares.get(cid)
  }

  record(cid: string): CatalogueRecord | undefined {
    const row = this.#started.catalogue.shares.find(cid)
    return row && toRecord(row)
  }

  records(): CatalogueRecord[] {
    return this.#started.catalogue.shares.all().map(toRecord)
  }

  update(cid: string, change: Partial<Pick<CatalogueRecord, 'title' | 'openly' | 'paused' | 'link'>>): void {
    const { catalogue } = this.#started
    const row = catalogue.shares.find(cid)
    if (row) catalogue.shares.update(row.id, change)
  }

  remove(cid: string, options: { withFiles: boolean }): Promise<void> {
    return this.#inTurn(cid, () => this.#remove(cid, options.withFiles))
  }

  async verify(
    cid: string,
    options: AbortOptions & { onProgress?: (done: number, total: number) => void } = {},
  ): Promise<number> {
    const share = this.#shares.get(cid)
    if (!share) throw new ShoalError('unknown-share', 'no such share')
    return share.verify(options)
  }

  entries(cid: string, offset: number, limit: number): Entry[] {
    const { catalogue } = this.#started
    const share = this.#shares.get(cid)
    const root = share?.root
    if (!share || !root || !share.hasAllPages) return []
    const end = Math.min(offset + limit, root.files + root.dirs)
    const entries: Entry[] = []
    for (let at = Math.max(0, offset); at < end;) {
      const part = Math.floor(at / ENTRIES_PER_PAGE)
      const page = readPage(root, part, catalogue.pages.get(share.id, part) ?? new Uint8Array())
      if (page.is !== 'entries') break
      const begin = at % ENTRIES_PER_PAGE
      entries.push(...page.entries.slice(begin, begin + end - at))
      at = (part + 1) * ENTRIES_PER_PAGE
    }
    return entries
  }

  get #started(): StoreContext {
    if (!this.#context) throw new ShoalError('not-running', 'the store is not running')
    return this.#context
  }

  #load(row: ShareRow): DiskShare {
    const context = this.#started
    const onRoot = (share: DiskShare, root: Root): Promise<void> => this.#lookForTarget(share, root)
    const share = new DiskShare(context, CID.parse(row.cid), row, { onRoot })
    this.#shares.set(row.cid, share)
    return share
  }

  async #inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(key)
    const turn = Promise.allSettled([before]).then(work)
    this.#turns.set(key, turn)
    try {
      return await turn
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key)
    }
  }

  /**
   * What was downloaded keeps its name when it is shared again: a system without executable bits would make another
   * share of the same files.
   */
  async #knownDownload(path: string): Promise<StoredShare | undefined> {
    const { catalogue, executableBits } = this.#started
    if (executableBits) return undefined
    const row = catalogue.shares.all().find((one) => one.role === 'download' && one.path === path)
    const share = row && this.#shares.get(row.cid)
    return share && (await share.isUnchanged()) ? share : undefined
  }

  async #keepMade(made: MadeShare, { title, openly }: AddShareOptions): Promise<StoredShare> {
    const { catalogue, clock } = this.#started
    const cid = cidOf(made.root).toString()
    const known = catalogue.shares.find(cid)
    const owned = known?.owned === true && known.path === made.path
    const change: ShareChange = {
      role: owned ? 'download' : 'source',
      owned,
      title: title ?? known?.title,
      openly: openly ?? known?.openly ?? false,
      completedAt: clock.wallNow(),
    }
    const row = await this.#replace(known, made, change, true)
    return this.#shares.get(cid) ?? this.#load(row)
  }

  /** Turns rows without a CID into a share's, in place of those it had. */
  async #replace(
    known: ShareRow | undefined,
    made: MadeShare,
    change: ShareChange,
    tell: boolean,
  ): Promise<ShareRow> {
    const context = this.#started
    const { shares } = context.catalogue
    const { root, path, leftOut } = made
    context.catalogue.database.transaction(() => {
      if (known) {
        const { title, openly, link, addedAt, paused, targetDir } = known
        shares.release(known.id)
        shares.update(made.id, { title, openly, link, addedAt, paused, targetDir })
      }
      const facts = { cid: cidOf(root).toString(), name: decodeRoot(root).name }
      shares.update(made.id, { ...facts, path, leftOut, root, placed: true })
      shares.update(made.id, change)
    })
    const row = shares.get(made.id)!
    if (!known) return row
    await this.#shares.get(known.cid)?.takeOver(row, tell)
    if (known.partPath) rmSync(known.partPath, { recursive: true, force: true })
    forgetDownloadState(context, known.cid)
    await discardShare(context.catalogue, known.id)
    return row
  }

  async #openDownload(cid: CID, options: OpenDownloadOptions): Promise<StoredShare> {
    const { catalogue } = this.#started
    const targetDir = resolve(options.targetDir)
    const row = catalogue.shares.find(cid.toString()) ?? this.#newDownload(cid, targetDir)
    if (options.link !== undefined) catalogue.shares.update(row.id, { link: options.link })
    const share = this.#shares.get(row.cid)
    if (share) return this.#reopen(share, row, { targetDir, signal: options.signal })
    const opened = this.#load(row)
    await this.#resume(opened, row, options)
    return opened
  }

  #newDownload(cid: CID, targetDir: string): ShareRow {
    const { catalogue, clock } = this.#started
    const text = cid.toString()
    const id = catalogue.shares.begin('download', text.slice(-8), clock.wallNow())
    catalogue.shares.update(id, { cid: text, targetDir })
    return catalogue.shares.get(id)!
  }

  /**
   * Asked for again: finished and untouched files are the answer, copied when another folder is asked for; if they are
   * gone, they are fetched again.
   */
  async #reopen(
    share: DiskShare,
    row: ShareRow,
    { targetDir, signal }: Pick<OpenDownloadOptions, 'targetDir' | 'signal'>,
  ): Promise<StoredShare> {
    if (row.role === 'source' || !share.isSettled) return share
    const isThere = await share.isUnchanged()
    if (isThere && !liesIn(row, targetDir)) await this.#copyTo(share, row, targetDir, signal)
    if (isThere) return share
    await share.restart(targetDir)
    if (share.root) await this.#lookForTarget(share, share.root)
    return share
  }

  /** A finished download in one more folder; from now on it is the one that is served. */
  async #copyTo(share: DiskShare, row: ShareRow, targetDir: string, signal?: AbortSignal): Promise<void> {
    const { shares } = this.#started.catalogue
    const { root } = share
    const files = share.files()
    if (!root || !files || row.path === undefined) return
    if (existsSync(join(targetDir, root.name))) {
      shares.update(row.id, { targetDir })
      await this.#lookForTarget(share, root)
      if (shares.get(share.id)?.path !== row.path) return
      shares.update(row.id, { targetDir: row.targetDir })
    }
    const path = await copyFiles({ files, base: row.path, root }, targetDir, signal)
    await share.moveTo(path, targetDir)
  }

  async #resume(share: DiskShare, row: ShareRow, options: OpenDownloadOptions): Promise<void> {
    const { partPath, targetDir, name } = row
    if (partPath && !existsSync(partPath) && targetDir && share.root) {
      for (let n = 1; n <= ADOPT_TRIES; n++) {
        const path = join(targetDir, numberedName(name, n, share.root.kind))
        if (existsSync(path) && (await share.adoptFinished(path))) return
      }
      this.#started.catalogue.shares.update(row.id, { partPath: undefined })
      await share.restart(targetDir)
    }
    await share.resume({ onProgress: options.onCheck, signal: options.signal })
  }

  /** A file or folder of that name which is there already and has the same content is not fetched again. */
  async #lookForTarget(share: DiskShare, root: Root): Promise<void> {
    const context = this.#started
    const row = context.catalogue.shares.get(share.id)
    const path = row?.targetDir && join(row.targetDir, root.name)
    if (!row || !path || row.partPath || !existsSync(path)) return
    const made = await this.#maker!.make(path, { like: root }).catch((error: unknown) => {
      context.log.info('what has the name of the download cannot be compared', { error: String(error) })
      return undefined
    })
    if (!made) return
    if (!cidOf(made.root).equals(share.cid)) return discardShare(context.catalogue, made.id)
    const completedAt = context.clock.wallNow()
    await this.#replace(row, made, { role: 'download', owned: false, completedAt }, false)
  }

  async #remove(cid: string, withFiles: boolean): Promise<void> {
    const context = this.#started
    const row = context.catalogue.shares.find(cid)
    if (!row) return
    const share = this.#shares.get(cid) ?? this.#load(row)
    this.#shares.delete(cid)
    const files = share.files()
    await share.close()
    if (withFiles && row.partPath) rmSync(row.partPath, { recursive: true, force: true })
    if (withFiles && row.owned && row.path && files) {
      for await (const batch of files.batches()) {
        const records = batch.map((entry) => files.toRecord(entry))
        await context.pool.run('erase', { base: row.path, files: records })
      }
    }
    forgetDownloadState(context, cid)
    await discardShare(context.catalogue, row.id)
  }
}

/** Whether a finished download is in this folder, under whichever name. */
export function liesIn(record: Pick<CatalogueRecord, 'path' | 'targetDir'>, dir: string): boolean {
  const { path, targetDir } = record
  return targetDir === dir || (path !== undefined && dirname(path) === dir)
}

function toRecord(row: ShareRow): CatalogueRecord {
  const { cid, role, name, title, openly, paused, path, targetDir, link, addedAt, completedAt, leftOut } = row
  return { cid, role, name, title, openly, paused, path, targetDir, link, addedAt, completedAt, leftOut }
}
