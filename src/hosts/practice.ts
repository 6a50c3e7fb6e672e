import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, ShoalError, systemRandom, withDeadline, type Logger } from '../base/index.ts'
import type { Share, Update } from '../contract/index.ts'
import { createTestnet, shareWhen, type TestLaptop } from '../core/index.ts'
import { RpcServer } from '../rpc/index.ts'
import { atRest } from './at-rest.ts'
import { PRACTICE_BYTES, PRACTICE_DEADLINE_MS, PRACTICE_LAPTOPS } from './limits.ts'
import { memoryClient } from './memory.ts'

export interface PracticeOptions {
  readonly home: string
  readonly log: Logger
  /** Ends it early. */
  readonly signal: AbortSignal
}

/**
 * Code that has not run yet is slow: of a process that begins with a download, a third of the time goes into compiling.
 * So a process that is going to be needed practises once: a few laptops in this process, on loopback, pass a small file
 * round. Leaves nothing behind and never fails.
 */
export async function practise({ home, log, signal }: PracticeOptions): Promise<void> {
  const under = join(home, 'practice')
  try {
    // What a crash in the middle left.
    await rm(under, { recursive: true, force: true })
    await withTestnet(under, (laptops) => {
      const work = (inner: AbortSignal): Promise<void> => passRound(laptops, inner)
      return withDeadline(PRACTICE_DEADLINE_MS, 'practice', work, { signal })
    })
  } catch (error) {
    log.debug('practice ended early', { reason: errorMessage(error) })
  } finally {
    await rm(under, { recursive: true, force: true }).catch(() => {})
  }
}

async function withTestnet(
  under: string,
  work: (laptops: readonly TestLaptop[]) => Promise<void>,
): Promise<void> {
  const testnet = await createTestnet(PRACTICE_LAPTOPS, { under })
  try {
    await work(testnet.laptops)
  } finally {
    await testnet.stop()
  }
}

/** Practises as soon as there is nothing to do, if that comes soon: whoever is busy learns by that. */
export async function practiseAtRest({
  isBusy = () => false,
  ...options
}: PracticeOptions & { readonly isBusy?: (() => boolean) | undefined }): Promise<void> {
  const isFree = await atRest(options.signal)
  if (isFree && !isBusy()) await practise(options)
}

async function passRound([source, ...others]: readonly TestLaptop[], signal: AbortSignal): Promise<void> {
  if (!source) throw new ShoalError('internal', 'nobody practises')
  signal.throwIfAborted()
  const path = join(source.home, 'practice.bin')
  await writeFile(path, systemRandom.bytes(PRACTICE_BYTES))
  const id = await source.core.shares.add(path, { openly: false })
  const { link } = await shareWhen(source, id, ({ state }) => state.is === 'serving')
  await Promise.all(others.map((laptop) => fetchAsked(laptop, link!, signal)))
}

/** As a page or a command asks: over a link, watching. */
async function fetchAsked({ core, home }: TestLaptop, link: string, signal: AbortSignal): Promise<void> {
  const { client, close } = memoryClient(new RpcServer(core.router))
  try {
    const { id } = await client.shares.download({ link, to: home, mode: 'p2p', peers: [] })
    for await (const update of await client.app.watch(undefined, { signal }))
      if (sharesIn(update).some((share) => share.id === id && share.state.is === 'serving')) return
  } finally {
    close()
  }
}

function sharesIn(update: Update): readonly Share[] {
  if (update.is === 'snapshot') return update.shares
  return update.is === 'shares' ? update.changed : []
}
