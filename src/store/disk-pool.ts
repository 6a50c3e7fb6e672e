import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import {
  errorMessage,
  ShoalError,
  toShoalError,
  type AbortOptions,
  type Clock,
  type Logger,
} from '../base/index.ts'
import { fromErrorMessage } from './error-message.ts'
import { JobRunner } from './job-runner.ts'
import type { Answer, Ask, JobName } from './jobs.ts'
import { JOBS_PER_WORKER, WORKER_RESTART_MS, WORKER_YOUNG_MIB, WORKERS } from './limits.ts'
import type { JobMessage, ReplyMessage } from './part-worker.ts'
import { workerUrl } from './worker-url.ts'

export interface RunOptions extends AbortOptions {
  /** The one worker that has to do it, when it holds state for this job. */
  readonly worker?: number | undefined
}

/** Where everything is done that blocks on the disk or hashes in bulk. */
export interface DiskPool {
  readonly size: number
  /** Does a job. An abort takes it out of the queue; one that has begun is finished, and its answer dropped. */
  run<N extends JobName>(name: N, ask: Ask<N>, options?: RunOptions): Promise<Answer<N>>
  /** Does a job once in every worker. */
  runInAll<N extends JobName>(name: N, ask: Ask<N>): Promise<void>
  /** Ports on which another thread may ask for the same jobs, one for each worker there is. */
  ports(): MessagePort[]
  stop(): Promise<void>
}

interface Queued {
  readonly message: JobMessage
  readonly worker: number | undefined
  readonly resolve: (answer: never) => void
  readonly reject: (error: unknown) => void
}

interface Thread {
  readonly worker: Worker
  readonly running: Map<number, Queued>
}

/** Jobs over a few threads, in order; each has one running and one waiting, so that it is never idle in between. */
export class WorkerPool implements DiskPool {
  readonly size: number
  readonly #clock: Clock
  readonly #log: Logger
  readonly #threads: (Thread | undefined)[]
  readonly #restarts = new Set<() => void>()
  #queue: Queued[] = []
  #nextId = 1
  #stopped = false

  constructor(components: { clock: Clock; log: Logger }, size = WORKERS) {
    this.#clock = components.clock
    this.#log = components.log
    this.size = size
    this.#threads = Array.from({ length: size }, (_, index) => this.#startThread(index))
  }

  run<N extends JobName>(name: N, ask: Ask<N>, options: RunOptions = {}): Promise<Answer<N>> {
    const { signal, worker } = options
    return new Promise<Answer<N>>((resolve, reject) => {
      if (this.#stopped) throw stopped()
      signal?.throwIfAborted()
      const id = this.#nextId++
      const onAbort = (): void => {
        this.#queue = this.#queue.filter((queued) => queued.message.id !== id)
        reject(toShoalError(signal?.reason, 'cancelled'))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const settle = <T>(done: (value: T) => void) => {
        return (value: T): void => {
          signal?.removeEventListener('abort', onAbort)
          done(value)
        }
      }
      const message = { id, name, ask } as JobMessage
      this.#queue.push({ message, worker, resolve: settle(resolve), reject: settle(reject) })
      this.#dispatch()
    })
  }

  async runInAll<N extends JobName>(name: N, ask: Ask<N>): Promise<void> {
    await Promise.all(this.#threads.map((_, worker) => this.run(name, ask, { worker })))
  }

  ports(): MessagePort[] {
    const ports: MessagePort[] = []
    for (const thread of this.#threads) {
      if (!thread) continue
      const { port1, port2 } = new MessageChannel()
      thread.worker.postMessage({ attach: port1 }, [port1])
      ports.push(port2)
    }
    return ports
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const cancel of this.#restarts) cancel()
    for (const queued of this.#queue.splice(0)) queued.reject(stopped())
    await Promise.all(this.#threads.map(async (thread) => thread?.worker.terminate()))
  }

  #startThread(index: number): Thread {
    const worker = new Worker(workerUrl('part-worker', import.meta.url), {
      name: `shoal-disk-${index}`,
      resourceLimits: { maxYoungGenerationSizeMb: WORKER_YOUNG_MIB, maxOldGenerationSizeMb: 32 },
    })
    const thread: Thread = { worker, running: new Map() }
    worker.on('message', (reply: ReplyMessage) => this.#onReply(thread, reply))
    worker.on('error', (error) => {
      // It ends a moment later; until then nothing more is given to it.
      this.#threads[index] = undefined
      this.#log.error('a disk worker crashed', { error: errorMessage(error) })
    })
    worker.on('exit', () => this.#onExit(index, thread))
    // Not before the listeners: adding one makes the thread count again.
    worker.unref()
    return thread
  }

  #dispatch(): void {
    for (let i = 0; i < this.#queue.length;) {
      const thread = this.#freeThread(this.#queue[i]!.worker)
      if (thread) this.#start(thread, this.#queue.splice(i, 1)[0]!)
      else if (this.#queue[i]!.worker === undefined) return
      else i++
    }
  }

  #freeThread(wanted: number | undefined): Thread | undefined {
    const candidates = wanted === undefined ? this.#threads : [this.#threads[wanted]]
    let best: Thread | undefined
    for (const thread of candidates) {
      if (thread && thread.running.size < (best?.running.size ?? JOBS_PER_WORKER)) best = thread
    }
    return best
  }

  #start(thread: Thread, queued: Queued): void {
    // Kept alive only while there is something to wait for.
    if (thread.running.size === 0) thread.worker.ref()
    thread.running.set(queued.message.id, queued)
    try {
      thread.worker.postMessage(queued.message)
    } catch (error) {
      thread.running.delete(queued.message.id)
      if (thread.running.size === 0) thread.worker.unref()
      queued.reject(toShoalError(error))
    }
  }

  #onReply(thread: Thread, reply: ReplyMessage): void {
    const queued = thread.running.get(reply.id)
    thread.running.delete(reply.id)
    if (thread.running.size === 0) thread.worker.unref()
    if ('answer' in reply) queued?.resolve(reply.answer as never)
    else queued?.reject(fromErrorMessage(reply.error))
    this.#dispatch()
  }

  #onExit(index: number, thread: Thread): void {
    this.#threads[index] = undefined
    const error = this.#stopped ? stopped() : new ShoalError('storage-failed', 'a disk worker ended')
    for (const queued of thread.running.values()) queued.reject(error)
    if (this.#stopped) return
    const cancel = this.#clock.after(WORKER_RESTART_MS, () => {
      this.#restarts.delete(cancel)
      this.#threads[index] = this.#startThread(index)
      this.#dispatch()
    })
    this.#restarts.add(cancel)
  }
}

function stopped(): ShoalError {
  return new ShoalError('cancelled', 'the store has stopped')
}

/** The same jobs on the caller's thread: for tests that put faults into the disk. */
export class InlinePool implements DiskPool {
  readonly size = 1
  readonly #runner: JobRunner

  constructor(runner: JobRunner = new JobRunner()) {
    this.#runner = runner
  }

  async run<N extends JobName>(name: N, ask: Ask<N>, options: RunOptions = {}): Promise<Answer<N>> {
    options.signal?.throwIfAborted()
    await Promise.resolve()
    try {
      return this.#runner.run(name, ask)
    } catch (error) {
      throw toShoalError(error, 'storage-failed')
    }
  }

  async runInAll<N extends JobName>(name: N, ask: Ask<N>): Promise<void> {
    await this.run(name, ask)
  }

  ports(): MessagePort[] {
    return []
  }

  async stop(): Promise<void> {
    this.#runner.closeAll()
  }
}
