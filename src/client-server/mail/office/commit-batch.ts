import type { Database } from '../../../store/database.ts'
import { TurnBatch } from '../turn-batch.ts'

/** Changes of one turn of the event loop, in one transaction. */
export class CommitBatch {
  readonly #batch: TurnBatch<() => unknown, unknown>

  constructor(database: Database) {
    this.#batch = new TurnBatch((works) => database.transaction(() => works.map((work) => work())))
  }

  /** Runs `work` in a transaction, soon; resolves once its changes are on the disk. `work` may run twice, and is synchronous. */
  add<T>(work: () => T): Promise<T> {
    return this.#batch.add(work) as Promise<T>
  }

  /** Does now what is waiting. */
  flush(): void {
    this.#batch.flush()
  }
}
