import type { StoredShare } from '../../store/index.ts'
import { MAX_CACHED_ARCHIVES, MAX_CACHED_PAGES } from './limits.ts'
import { PageCache } from './page-cache.ts'
import { ShareIndex, type EntryPages } from './share-index.ts'
import { planArchive, type ArchivePlan } from './zip/archive.ts'
import { Checksums } from './zip/checksums.ts'

/** What this server keeps of a share to answer quickly. */
interface Kept {
  readonly index: Promise<ShareIndex>
  checksums: Checksums | undefined
}

/** Indexes of shares, made when first asked for and dropped with the share. */
export class Indexes {
  readonly #pages: EntryPages = new PageCache(MAX_CACHED_PAGES)
  readonly #archives = new PageCache<Promise<ArchivePlan>>(MAX_CACHED_ARCHIVES)
  readonly #kept = new WeakMap<StoredShare, Kept>()

  /** Throws `not-found` before all pages are held. */
  of(stored: StoredShare): Promise<ShareIndex> {
    return this.#keptOf(stored).index
  }

  async checksums(stored: StoredShare): Promise<Checksums> {
    const kept = this.#keptOf(stored)
    return (kept.checksums ??= new Checksums((await kept.index).count))
  }

  async archive(stored: StoredShare, folder: string, top: string): Promise<ArchivePlan> {
    const key = `${stored.cid.toString()}/${folder}`
    const known = this.#archives.get(key)
    if (known) return known
    const plan = planArchive(await this.of(stored), folder, top)
    this.#archives.set(key, plan)
    plan.catch(() => this.#archives.delete(key))
    return plan
  }

  #keptOf(stored: StoredShare): Kept {
    const known = this.#kept.get(stored)
    if (known) return known
    const index = ShareIndex.build(stored, this.#pages)
    const kept: Kept = { index, checksums: undefined }
    this.#kept.set(stored, kept)
    index.catch(() => this.#kept.delete(stored))
    return kept
  }
}
