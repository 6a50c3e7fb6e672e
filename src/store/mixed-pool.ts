import type { MessagePort } from 'node:worker_threads'
import type { DiskPool, RunOptions } from './disk-pool.ts'
import type { Answer, Ask, JobName } from './jobs.ts'
import { MAX_INLINE_WRITE_BYTES } from './limits.ts'

/**
 * Gives small writes to the caller's own thread and everything else to workers: hashing and writing 64 KiB into the page
 * cache takes less time than waking another thread, and asking it twice.
 */
export class MixedPool implements DiskPool {
  readonly size: number
  readonly #workers: DiskPool
  readonly #inline: DiskPool

  constructor(workers: DiskPool, inline: DiskPool) {
    this.size = workers.size
    this.#workers = workers
    this.#inline = inline
  }

  run<N extends JobName>(name: N, ask: Ask<N>, options?: RunOptions): Promise<Answer<N>> {
    const pool = name === 'write' && isSmall(ask as Ask<'write'>) ? this.#inline : this.#workers
    return pool.run(name, ask, options)
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

/** Within one file that is there: making files, and their folders, may take the disk's time. */
function isSmall({ pieces, bytes }: Ask<'write'>): boolean {
  return bytes.length <= MAX_INLINE_WRITE_BYTES && pieces.length === 1 && !pieces[0]!.fresh
}
