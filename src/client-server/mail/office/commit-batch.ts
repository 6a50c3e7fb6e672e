import { toShoalError } from '../../../base/index.ts'
import type { Database } from '../../../store/database.ts'

interface Waiting {
  readonly work: () => unknown
  readonly resolve: (value: never) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Changes of one turn of the event loop share one commit: the disk's sync, not the writing, is what costs. A batch that fails as a
 * whole is tried one by one, so that no change stops another.
 */
export class CommitBatch {
  readonly #database: Database
  #waiting: Waiting[] = []

  constructor(database: Database) {
    this.#database = database
  }

  /** Runs `work` in a transaction, soon; resolves once its changes are on the disk. `work` may run twice, and is synchronous. */
  add<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.flush())
      this.#waiting.push({ work, resolve, reject })
    })
  }

  /** Does now what is waiting. */
  flush(): void {
    const batch = this.#waiting
    this.#waiting = []
    if (batch.length > 1 && this.#tryAll(batch)) return
    for (const waiting of batch) {
      try {
        this.#commit([waiting])
      } catch (error) {
        waiting.reject(toShoalError(error, 'storage-failed'))
      }
    }
  }

  #tryAll(batch: readonly Waiting[]): boolean {
    try {
      this.#commit(batch)
      return true
    } catch {
      return false
    }
  }

  #commit(batch: readonly Waiting[]): void {
    const values = this.#database.transaction(() => batch.map(({ work }) => work()))
    batch.forEach(({ resolve }, i) => resolve(values[i] as never))
  }
}
