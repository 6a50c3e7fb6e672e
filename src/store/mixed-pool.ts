import type { MessagePort } from 'node:worker_threads'
import { toShoalError, type Clock } from '../base/index.ts'
import type { DiskPool, RunOptions } from './disk-pool.ts'
import type { JobRunner } from './job-runner.ts'
import type { Answer, Ask, JobName, Piece } from './jobs.ts'
import {
  INLINE_PAUSE_MS,
  INLINE_QUICK_JOBS,
  INLINE_SLOW_JOBS,
  INLINE_SLOW_MS,
  INLINE_STALL_MS,
  MAX_INLINE_BYTES,
} from './limits.ts'

/** Does jobs at once, blocking. */
type Runner = Pick<JobRunner, 'run' | 'closeAll'>

/**
 * Does small reads and writes on the caller's own thread and gives everything else to workers: copying 64 KiB from or to
 * the page cache takes less time than waking another thread. When that takes long, the disk itself had to be asked:
 * then workers do it for a while, so that a slow disk does not hold the thread.
 */
export class MixedPool implements DiskPool {
  readonly size: number
  readonly #workers: DiskPool
  readonly #runner: Runner
  readonly #clock: Clock
  #slowUntil = Number.NEGATIVE_INFINITY
  /** Slow jobs of late; quick ones wear it down. */
  #slow = 0

  constructor(workers: DiskPool, runner: Runner, clock: Clock) {
    this.size = workers.size
    this.#workers = workers
    this.#runner = runner
    this.#clock = clock
  }

  async run<N extends JobName>(name: N, ask: Ask<N>, options?: RunOptions): Promise<Answer<N>> {
    if (this.#clock.now() < this.#slowUntil || !isSmall(name, ask))
      return this.#workers.run(name, ask, options)
    options?.signal?.throwIfAborted()
    return this.#runHere(name, ask)
  }

  async runInAll<N extends JobName>(name: N, ask: Ask<N>): Promise<void> {
    await this.#workers.runInAll(name, ask)
    this.#runner.run(name, ask)
  }

  ports(): MessagePort[] {
    return this.#workers.ports()
  }

  async stop(): Promise<void> {
    this.#runner.closeAll()
    await this.#workers.stop()
  }

  #runHere<N extends JobName>(name: N, ask: Ask<N>): Answer<N> {
    const began = this.#clock.now()
    try {
      return this.#runner.run(name, ask)
    } catch (error) {
      throw toShoalError(error, 'storage-failed')
    } finally {
      const now = this.#clock.now()
      if (this.#isDiskSlow(now - began)) this.#slowUntil = now + INLINE_PAUSE_MS
    }
  }

  #isDiskSlow(ms: number): boolean {
    if (ms > INLINE_SLOW_MS) this.#slow++
    else this.#slow = Math.max(0, this.#slow - 1 / INLINE_QUICK_JOBS)
    if (ms <= INLINE_STALL_MS && this.#slow < INLINE_SLOW_JOBS) return false
    this.#slow = 0
    return true
  }
}

/** Within one file that is there: making files and their folders, or opening many, may take the disk's time. */
function isSmall<N extends JobName>(name: N, ask: Ask<N>): boolean {
  if (name !== 'write' && name !== 'readInto') return false
  const { pieces } = ask as { pieces: readonly Piece[] }
  return pieces.length === 1 && !pieces[0]!.fresh && pieces[0]!.length <= MAX_INLINE_BYTES
}
