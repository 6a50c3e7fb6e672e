import { Worker } from 'node:worker_threads'
import { ShoalError, toShoalError } from '../base/index.ts'
import type { Catalogue } from './catalogue.ts'
import { nodeFs, type DiskFs } from './disk-fs.ts'
import type { DiskPool } from './disk-pool.ts'
import { fromErrorMessage } from './error-message.ts'
import { MAKER_HEAP_MIB, WORKER_YOUNG_MIB } from './limits.ts'
import { makeShare, type MadeShare, type MakeContext, type MakeOptions } from './make-share.ts'
import type { MakeMessage, MakeReply } from './share-worker.ts'
import { workerUrl } from './worker-url.ts'

/** Makes shares of files that lie on this laptop. */
export interface ShareMaker {
  make(path: string, options: MakeOptions): Promise<MadeShare | undefined>
}

/**
 * Each on a thread of its own: listing 200,000 files is two seconds of work with the catalogue, and its memory goes back
 * to the system when the thread ends.
 */
export function threadMaker(cataloguePath: string, pool: DiskPool, executableBits: boolean): ShareMaker {
  return {
    make: (path, options) => {
      const ports = pool.ports()
      const ask: MakeMessage = { cataloguePath, path, like: options.like, executableBits, ports }
      return inThread(ask, options)
    },
  }
}

async function inThread(ask: MakeMessage, options: MakeOptions): Promise<MadeShare | undefined> {
  const { signal, onProgress } = options
  if (signal?.aborted) throw toShoalError(signal.reason, 'cancelled')
  const worker = new Worker(workerUrl('share-worker', import.meta.url), {
    name: 'shoal-share',
    workerData: ask,
    transferList: [...ask.ports],
    resourceLimits: { maxYoungGenerationSizeMb: WORKER_YOUNG_MIB, maxOldGenerationSizeMb: MAKER_HEAP_MIB },
  })
  const stop = (): void => worker.postMessage('stop')
  signal?.addEventListener('abort', stop, { once: true })
  try {
    return await outcome(worker, (progress) => onProgress?.(progress))
  } catch (error) {
    throw signal?.aborted ? toShoalError(signal.reason, 'cancelled') : error
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

function outcome(
  worker: Worker,
  onProgress: NonNullable<MakeOptions['onProgress']>,
): Promise<MadeShare | undefined> {
  return new Promise((resolve, reject) => {
    let result: (() => void) | undefined
    worker.on('message', (reply: MakeReply) => {
      if (reply.is === 'progress') onProgress(reply.progress)
      else if (reply.is === 'made') result = () => resolve(reply.made)
      else result = () => reject(fromErrorMessage(reply.error))
    })
    worker.on('error', (error) => reject(toShoalError(error, 'storage-failed')))
    // Settled once the thread and its connection are gone, so that nothing of it is left when the caller goes on.
    worker.on('exit', () => {
      if (result) result()
      else reject(new ShoalError('storage-failed', 'the thread that hashes ended'))
    })
  })
}

/** On the caller's thread: for tests that put faults into the disk. */
export function inlineMaker(
  context: Omit<MakeContext, 'fs' | 'hasher'> & { catalogue: Catalogue },
  pool: DiskPool,
  fs: DiskFs = nodeFs,
): ShareMaker {
  return { make: (path, options) => makeShare({ ...context, fs, hasher: pool }, path, options) }
}
