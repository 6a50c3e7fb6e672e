import { Later, type Clock } from '../../base/index.ts'
import { GATHER_MS } from './limits.ts'

/** That something changed, gathered: whoever follows looks again, and always sees the latest. */
export class Changes {
  readonly #waiting = new Set<() => void>()
  #count = 0
  #isClosed = false
  readonly #counting: Later

  constructor(clock: Clock) {
    this.#counting = new Later({ clock, waitMs: GATHER_MS, work: () => this.#changed() })
  }

  touch(): void {
    this.#counting.ask()
  }

  /** What `read` gives, at once and then after changes, until the signal fires or this is closed. */
  async *follow<T>(read: () => T, signal?: AbortSignal): AsyncGenerator<T> {
    let seen = -1
    while (!this.#isClosed && !signal?.aborted) {
      if (seen !== this.#count) {
        seen = this.#count
        yield read()
      } else await this.#next(signal)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#counting.stop()
    this.#wake()
  }

  #changed(): void {
    this.#count++
    this.#wake()
  }

  #next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal?.addEventListener('abort', done, { once: true })
    })
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }
}
