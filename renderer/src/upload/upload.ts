import type { CoreClient } from '../core/client.ts'
import { uploadUrl, type UploadItem, type UploadPlan } from './plan.ts'
import type { Put } from './put.ts'

/** At once: enough to hide the pause between small files, few enough to leave the page its connections. */
const CONCURRENT_PUTS = 4

export interface UploadOptions {
  readonly client: Pick<CoreClient['shares'], 'beginUpload' | 'finishUpload' | 'cancelUpload'>
  readonly put: Put
  readonly token: string | undefined
  readonly plan: UploadPlan
  readonly openly: boolean
  readonly signal: AbortSignal
  /** Bytes of the whole plan handed over so far. */
  readonly onProgress: (sent: number) => void
}

/** Hands files to a core that cannot see their paths, and shares them. Returns the share's id; cleans up on failure. */
export async function upload(options: UploadOptions): Promise<string> {
  const { client, plan, openly, signal } = options
  const { uploadId, url } = await client.beginUpload(undefined, { signal })
  try {
    await sendAll(options, url)
    const { id } = await client.finishUpload({ uploadId, openly }, { signal })
    return id
  } catch (error) {
    await client.cancelUpload({ uploadId }).catch(() => {})
    throw error
  } finally {
    options.onProgress(plan.bytes)
  }
}

async function sendAll(options: UploadOptions, base: string): Promise<void> {
  const { plan, put, token, onProgress } = options
  // The first failure stops the other senders too.
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  const queue = plan.items.values()
  const partial = new Map<UploadItem, number>()
  let finished = 0
  const report = (): void => onProgress(finished + [...partial.values()].reduce((sum, sent) => sum + sent, 0))
  const sender = async (): Promise<void> => {
    for (const item of queue) {
      const track = (sent: number): void => {
        partial.set(item, Math.min(sent, item.file.size))
        report()
      }
      await put({ url: uploadUrl(base, item.path), file: item.file, token, signal, onProgress: track })
      partial.delete(item)
      finished += item.file.size
      report()
    }
  }
  try {
    await Promise.all(Array.from({ length: CONCURRENT_PUTS }, sender))
  } catch (error) {
    stop.abort()
    throw error
  }
}
