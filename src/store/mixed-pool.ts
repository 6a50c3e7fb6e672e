import type { MessagePort } from 'node:worker_threads'
import type { Clock } from '../base/index.ts'
import type { DiskPool, RunOptions } from './disk-pool.ts'
import type { Answer, Ask, JobName, Piece } from './jobs.ts'
import { INLINE_SLOW_MS, INLINE_PAUSE_MS, MAX_INLINE_BYTES } from './limits.ts'

/**
 * Does small reads and writes on the caller's own thread and gives everything else to workers: copying 64 KiB from or to
 * the page cache takes less time than waking another thread. When that once takes long, the disk itself had to be asked:
 * then workers do it for a while, so that a slow disk never holds the thread.
 */
export class MixedPool implements DiskPool {
  readonly size: number
  readonly #workers: DiskPool
  readonly #inline: DiskPool
  readonly #clock: Clock
  #slowUntil = Number.NEGATIVE_INFINITY

  constructor(workers: DiskPool, inline: DiskPool, clock: Clock) {
    this.size = workers.size
    this.#workers = workers
    this.#inline = inline
    this.#clock = clock
  }

  async run<N extends JobName>(name: N, ask: Ask<N>, options?: RunOptions): Promise<Answer<N>> {
    const began = this.#clock.now()
    if (began < this.#slowUntil || !isSmall(name, ask)) return this.#workers.run(name, ask, options)
    try {
      return await this.#inline.run(name, ask, options)
    } finally {
      const now = this.#clock.now()
      if (now - began > INLINE_SLOW_MS) this.#slowUntil = now + INLINE_PAUSE_MS
    }
  }

  async runInAll<N extends JobName>(name: N, ask: Ask<N>): Promise<void> {
    await Promise.all([this.#workers.runInAll(name, ask), this.#inline.runInAll(name, ask)])
  }

  ports(): MessagePort[] {
    return this.#workers.ports()
  }

  async stop(): Promise<void> {
    await Promise.all([this.#workers.stop(), this.#inline.stop()])
  }
}

/** Within one file that is there: making files and their folders, or opening many, may take the disk's time. */
function isSmall<N extends JobName>(name: N, ask: Ask<N>): boolean {
  if (name !== 'write' && name !== 'readInto') return false
  const { pieces } = ask as { pieces: readonly Piece[] }
  return pieces.length === 1 && !pieces[0]!.fresh && pieces[0]!.length <= MAX_INLINE_BYTES
}
