import type { CID } from 'multiformats/cid'
import { errorMessage, ShoalError, type Logger } from '../../base/index.ts'
import type { Store, StoredShare } from '../../store/index.ts'
import type { HashingMeter } from './hashing.ts'
import type { ManagedShare } from './managed-share.ts'

export interface ReadingsInit {
  readonly store: Store
  /** Where downloads go that name no folder. */
  readonly downloadDir: () => string
  readonly log: Logger
}

/** Work on the disk before a share can be used, in the background. What fails shows in the share. */
export class Readings {
  readonly #init: ReadingsInit
  readonly #underWay = new Map<string, AbortController>()

  constructor(init: ReadingsInit) {
    this.#init = init
  }

  /** Reads and hashes what is to be shared, then hands it over. */
  async hash(
    share: ManagedShare,
    what: { path: string; title?: string | undefined; openly: boolean; meter: HashingMeter },
    done: (stored: StoredShare) => void,
  ): Promise<void> {
    const { path, meter, ...options } = what
    await this.#read(share, async (signal) => {
      const onProgress = meter.update.bind(meter)
      const stored = await this.#init.store.addShare(path, { ...options, signal, onProgress })
      if (!signal.aborted) done(stored)
    })
  }

  /** Looks at what is on the disk of a download, however long that takes, and goes on with it. */
  async open(
    share: ManagedShare,
    cid: CID,
    { link, targetDir }: { targetDir: string | undefined; link: string | undefined },
  ): Promise<void> {
    const { store, downloadDir } = this.#init
    await this.#read(share, async (signal) => {
      const onCheck = share.checking.bind(share)
      const options = { targetDir: targetDir ?? downloadDir(), link, onCheck, signal }
      const stored = await store.openDownload(cid, options)
      if (!signal.aborted) share.ready(stored, { paused: store.record(cid.toString())?.paused ?? false })
    })
  }

  cancel(id: string, why: string): void {
    this.#underWay.get(id)?.abort(new ShoalError('cancelled', why))
  }

  stop(): void {
    for (const id of this.#underWay.keys()) this.cancel(id, 'the app is closing')
  }

  async #read(share: ManagedShare, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const abort = new AbortController()
    this.#underWay.set(share.id, abort)
    try {
      await work(abort.signal)
    } catch (error) {
      if (abort.signal.aborted) return
      this.#init.log.debug('a share could not be read', { error: errorMessage(error) })
      share.fail(error)
    } finally {
      this.#underWay.delete(share.id)
    }
  }
}
