import type { Clock } from '../../../src/base/clock.ts'
import type { Problem } from '../../../src/contract/index.ts'
import type { CoreClient } from '../core/client.ts'
import { problemOf } from '../core/problem.ts'
import type { UploadPlan } from './plan.ts'
import type { Put } from './put.ts'
import { upload } from './upload.ts'

interface Common {
  readonly key: number
  readonly name: string
  readonly files: number
  readonly bytes: number
}

/** One hand-over as the page shows it. Finished ones disappear: the share itself takes their place. */
export type UploadView =
  | (Common & { readonly is: 'sending'; readonly sent: number; readonly bytesPerSecond: number })
  | (Common & { readonly is: 'failed'; readonly problem: Problem })

interface Services {
  readonly client: CoreClient
  readonly put: Put
  readonly token: string | undefined
  readonly clock: Clock
}

/** The hand-overs of this page: they go on while the person looks at other pages. */
export class Uploads {
  readonly #services: Services
  readonly #listeners = new Set<() => void>()
  readonly #aborts = new Map<number, AbortController>()
  #views: readonly UploadView[] = []
  #nextKey = 1

  constructor(services: Services) {
    this.#services = services
  }

  get(): readonly UploadView[] {
    return this.#views
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Hands a plan over; resolves with the share's id, or with nothing when that failed or was cancelled. */
  async start(plan: UploadPlan, openly: boolean): Promise<string | undefined> {
    const { client, put, token, clock } = this.#services
    const common: Common = {
      key: this.#nextKey++,
      name: plan.name,
      files: plan.items.length,
      bytes: plan.bytes,
    }
    const abort = new AbortController()
    const began = clock.now()
    const onProgress = (sent: number): void => {
      const seconds = Math.max(0.25, (clock.now() - began) / 1000)
      this.#put({ ...common, is: 'sending', sent, bytesPerSecond: sent / seconds })
    }
    this.#aborts.set(common.key, abort)
    onProgress(0)
    try {
      const { signal } = abort
      const id = await upload({ client: client.shares, put, token, plan, openly, signal, onProgress })
      this.dismiss(common.key)
      return id
    } catch (error) {
      if (abort.signal.aborted) this.dismiss(common.key)
      else this.#put({ ...common, is: 'failed', problem: problemOf(error) })
      return undefined
    } finally {
      this.#aborts.delete(common.key)
    }
  }

  cancel(key: number): void {
    this.#aborts.get(key)?.abort()
  }

  dismiss(key: number): void {
    this.#set(this.#views.filter((view) => view.key !== key))
  }

  #put(view: UploadView): void {
    const others = this.#views.filter((other) => other.key !== view.key)
    this.#set([...others, view].sort((a, b) => a.key - b.key))
  }

  #set(views: readonly UploadView[]): void {
    this.#views = views
    for (const listener of [...this.#listeners]) listener()
  }
}
