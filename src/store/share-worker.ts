import { parentPort, workerData, type MessagePort } from 'node:worker_threads'
import { systemClock } from '../base/index.ts'
import { Catalogue } from './catalogue.ts'
import { nodeFs } from './disk-fs.ts'
import { makeShare, type Likeness, type MadeShare } from './make-share.ts'
import { toErrorMessage, type ErrorMessage } from './error-message.ts'
import { PortHasher } from './port-hasher.ts'
import type { HashingProgress } from './types.ts'

/** What the thread is started with. */
export interface MakeMessage {
  readonly cataloguePath: string
  readonly path: string
  readonly like: Likeness | undefined
  readonly executableBits: boolean
  /** To the workers that hash. */
  readonly ports: readonly MessagePort[]
}

/** What it says: progress, then one of the others, and it ends. */
export type MakeReply =
  | { readonly is: 'progress'; readonly progress: HashingProgress }
  | { readonly is: 'made'; readonly made: MadeShare | undefined }
  | { readonly is: 'failed'; readonly error: ErrorMessage }

if (parentPort) await serve(parentPort, workerData as MakeMessage)

/** Makes one share on a thread and a catalogue connection of its own. Any message means: stop. */
async function serve(port: MessagePort, ask: MakeMessage): Promise<void> {
  const say = (reply: MakeReply): void => port.postMessage(reply)
  const abort = new AbortController()
  port.on('message', () => abort.abort())
  const hasher = new PortHasher(ask.ports)
  const catalogue = Catalogue.join(ask.cataloguePath)
  try {
    const context = { catalogue, hasher, fs: nodeFs, clock: systemClock, executableBits: ask.executableBits }
    const onProgress = throttled((progress) => say({ is: 'progress', progress }))
    const made = await makeShare(context, ask.path, { like: ask.like, signal: abort.signal, onProgress })
    say({ is: 'made', made })
  } catch (error) {
    say({ is: 'failed', error: toErrorMessage(error) })
  } finally {
    catalogue.close()
    hasher.close()
    port.close()
  }
}

/** Ten a second are enough for any picture of it; the last of a phase always passes. */
function throttled(say: (progress: HashingProgress) => void): (progress: HashingProgress) => void {
  let last = 0
  return (progress) => {
    const isLast = progress.phase === 'hashing' && progress.bytesDone === progress.bytesTotal
    const now = performance.now()
    if (!isLast && now - last < 100) return
    last = now
    say(progress)
  }
}
