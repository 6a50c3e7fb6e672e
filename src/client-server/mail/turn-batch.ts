import { toShoalError } from '../../base/index.ts'

interface Waiting<Item, Result> {
  readonly item: Item
  readonly resolve: (result: Result) => void
  readonly reject: (reason: unknown) => void
}

/**
 * What is asked for in one turn of the event loop shares one commit: the disk's sync, not the writing, is what costs. A batch that fails
 * as a whole is tried one by one, so that no item stops another.
 */
export class TurnBatch<Item, Result> {
  readonly #commit: (items: readonly Item[]) => readonly Result[]
  #waiting: Waiting<Item, Result>[] = []

  /** `commit` does all of its items or throws and has done none; its results stand in their order. It is synchronous. */
  constructor(commit: (items: readonly Item[]) => readonly Result[]) {
    this.#commit = commit
  }

  /** Resolves once `item` is committed. Rejects with a `ShoalError`, `storage-failed` unless the failure says which. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.flush())
      this.#waiting.push({ item, resolve, reject })
    })
  }

  /** Does now what is waiting. */
  flush(): void {
    const batch = this.#waiting
    this.#waiting = []
    if (batch.length > 1 && this.#tryAll(batch)) return
    for (const waiting of batch) {
      try {
        this.#settle([waiting])
      } catch (error) {
        waiting.reject(toShoalError(error, 'storage-failed'))
      }
    }
  }

  #tryAll(batch: readonly Waiting<Item, Result>[]): boolean {
    try {
      this.#settle(batch)
      return true
    } catch {
      return false
    }
  }

  /** Only once all is committed is anybody told. */
  #settle(batch: readonly Waiting<Item, Result>[]): void {
    const results = this.#commit(batch.map(({ item }) => item))
    batch.forEach(({ resolve }, i) => resolve(results[i]!))
  }
}
