import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import { deadlineSignal, isErrorCode, ShoalError, toShoalError } from '../../base/index.ts'
import type { LookupSpec } from '../../contract/index.ts'
import { workerUrl } from '../../store/worker-url.ts'
import { DEADLINE_MS, HEAP_MIB } from './limits.ts'
import type { ThreadNews } from './lookups-worker.ts'
import type { SweepNews } from './sweep.ts'

/** Runs a comparison; whoever stops following, or aborts, ends it, and nothing of it is left then. */
export type RunSweep = (spec: LookupSpec, signal: AbortSignal) => AsyncIterable<SweepNews>

/** On a thread of its own, with a bound on time and memory. Throws `timeout`, `cancelled` and what the measuring failed with. */
export async function* sweepInThread(spec: LookupSpec, outer: AbortSignal): AsyncGenerator<SweepNews> {
  outer.throwIfAborted()
  const { signal, clear } = deadlineSignal(DEADLINE_MS, 'comparing look-ups', outer)
  const worker = new Worker(workerUrl('lookups-worker', import.meta.url), {
    name: 'shoal-lookups',
    workerData: spec,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  })
  try {
    // An error of the thread itself, such as too little memory, is thrown here.
    for await (const [news] of on(worker, 'message', { signal, close: ['exit'] }) as AsyncIterable<
      [ThreadNews]
    >) {
      if (news.is === 'done') return
      if (news.is === 'failed')
        throw new ShoalError(isErrorCode(news.code) ? news.code : 'internal', news.message)
      yield news
    }
    throw new ShoalError('internal', 'the thread that compares look-ups ended')
  } catch (error) {
    throw signal.aborted ? toShoalError(signal.reason, 'cancelled') : toShoalError(error)
  } finally {
    clear()
    await worker.terminate()
  }
}
