import type { Update } from '../../../src/contract/index.ts'

/** Where a fake core puts updates and its watchers take them out, in order. */
export class Updates {
  readonly #watchers = new Set<(update: Update) => void>()

  push(update: Update): void {
    for (const watcher of this.#watchers) watcher(update)
  }

  async *watch(first: Update, signal: AbortSignal | undefined): AsyncGenerator<Update, void, void> {
    const waiting: Update[] = [first]
    let wake = (): void => {}
    const watcher = (update: Update): void => {
      waiting.push(update)
      wake()
    }
    const onAbort = (): void => wake()
    this.#watchers.add(watcher)
    signal?.addEventListener('abort', onAbort)
    try {
      while (!signal?.aborted) {
        const next = waiting.shift()
        if (next) yield next
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      this.#watchers.delete(watcher)
      signal?.removeEventListener('abort', onAbort)
    }
  }
}
