import { ShoalError, toShoalError } from '../base/index.ts'
import type { DiskPool } from './disk-pool.ts'
import type { Download } from './download.ts'

type State =
  /** Nowhere: not all pages are held, or nothing was written yet. */
  | { readonly is: 'nowhere' }
  /** Under `name.part`, some of them. */
  | { readonly is: 'writing'; readonly download: Download }
  /** Where they belong: shared in place, or downloaded. */
  | { readonly is: 'settled'; readonly base: string }
  | { readonly is: 'closed' }

export interface SharePlaceInit {
  readonly pool: DiskPool
  /** Begins the download on the disk, or opens the one that was begun. */
  readonly open: () => Promise<Download>
  /** The files are where they belong; `settleAt` once that is recorded. */
  readonly onFinished: (path: string) => void
  readonly onTrouble: (error: ShoalError) => void
}

/** Where the bytes of a share are: nowhere yet, in a download that is being written, or where they belong. */
export class SharePlace {
  readonly #init: SharePlaceInit
  readonly #writes = new Set<Promise<unknown>>()
  #state: State = { is: 'nowhere' }
  #opening: Promise<Download> | undefined
  #settling: Promise<void> | undefined

  constructor(init: SharePlaceInit) {
    this.#init = init
  }

  get is(): State['is'] {
    return this.#state.is
  }

  /** The download while it is written. */
  get download(): Download | undefined {
    return this.#state.is === 'writing' ? this.#state.download : undefined
  }

  /** Where the files are: final, or under `name.part`. */
  get base(): string | undefined {
    return this.#state.is === 'settled' ? this.#state.base : this.download?.base
  }

  /** Nothing is known of the disk any more. */
  forget(): void {
    this.#state = { is: 'nowhere' }
    this.#opening = undefined
  }

  settleAt(base: string): void {
    this.#state = { is: 'settled', base }
  }

  /** The download to write to, opened when it is not. */
  async open(): Promise<Download> {
    const state = this.#state
    if (state.is === 'writing') return state.download
    if (state.is === 'closed') throw new ShoalError('cancelled', 'the share is closed')
    if (state.is === 'settled') {
      throw new ShoalError('source-changed', 'finished files are not written to', {
        data: { path: state.base },
      })
    }
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  /** A write that has to end before the files are settled, left or closed. */
  async track<T>(write: Promise<T>): Promise<T> {
    this.#writes.add(write)
    try {
      return await write
    } finally {
      this.#writes.delete(write)
    }
  }

  /** Everything is held: brings the files where they belong, unless they are there or on their way. */
  settle(): void {
    if (this.#state.is === 'settled' || this.#settling) return
    this.#settling = this.#settle()
      .catch((error: unknown) => this.#init.onTrouble(toShoalError(error, 'storage-failed')))
      .finally(() => (this.#settling = undefined))
  }

  /** The same, and fails when it does. */
  async retrySettling(): Promise<void> {
    if (this.#state.is !== 'settled' && !this.#settling) await this.#settle()
  }

  /** Until the files are not on their way any more. Does not fail. */
  settling(): Promise<void> | undefined {
    return this.#settling
  }

  /** Gives up a download that is being written. */
  async leave(): Promise<void> {
    await this.#settling
    await Promise.allSettled(this.#writes)
    const { download } = this
    if (!download) return
    this.#state = { is: 'nowhere' }
    await this.#init.pool.runInAll('close', { base: download.base })
    download.discard()
  }

  async close(): Promise<void> {
    await this.#settling
    await Promise.allSettled(this.#writes)
    const state = this.#state
    this.#state = { is: 'closed' }
    if (state.is === 'writing') await state.download.close()
    if (state.is === 'settled') await this.#init.pool.runInAll('close', { base: state.base })
  }

  async #open(): Promise<Download> {
    const download = await this.#init.open()
    this.#state = { is: 'writing', download }
    return download
  }

  async #settle(): Promise<void> {
    await Promise.allSettled(this.#writes)
    const download = await this.open()
    const path = await download.finish()
    if (path === undefined) return
    download.discard()
    this.#init.onFinished(path)
  }
}
