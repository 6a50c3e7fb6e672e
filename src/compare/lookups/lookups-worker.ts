import { parentPort, workerData } from 'node:worker_threads'
import { silentLogger, systemClock, systemRandom, toShoalError } from '../../base/index.ts'
import type { LookupSpec } from '../../contract/index.ts'
import { sweep, type SweepNews } from './sweep.ts'

/** What the thread says. */
export type ThreadNews =
  | SweepNews
  | { readonly is: 'done' }
  | { readonly is: 'failed'; readonly code: string; readonly message: string }

// A thread of its own: two hundred laptops of one process must not hold up the app's own.
const tell = (news: ThreadNews): void => parentPort!.postMessage(news)
try {
  const context = { clock: systemClock, random: systemRandom, log: silentLogger, tell }
  await sweep(workerData as LookupSpec, context)
  tell({ is: 'done' })
} catch (error) {
  const { code, message } = toShoalError(error)
  tell({ is: 'failed', code, message })
}
