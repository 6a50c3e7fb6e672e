import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, ShoalError, systemRandom, withDeadline, type Logger } from '../base/index.ts'
import type { Share } from '../contract/index.ts'
import { createTestnet, type TestLaptop } from '../core/index.ts'
import { RpcServer } from '../rpc/index.ts'
import { atRest } from './at-rest.ts'
import { compiledAtOnce } from './baseline.ts'
import { collectGarbage } from './garbage.ts'
import { PRACTICE_BYTES, PRACTICE_DEADLINE_MS, PRACTICE_LAPTOPS } from './limits.ts'
import { memoryClient, type CoreClient } from './memory.ts'
import { watchShare } from './watch-share.ts'

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
    await compiledAtOnce(() => withTestnet({ under, signal }, (laptops) => passRoundInTime(laptops, signal)))
  } catch (error) {
    log.debug('practice ended early', { reason: errorMessage(error) })
  } finally {
    await rm(under, { recursive: true, force: true }).catch(() => {})
  }
}

async function withTestnet(
  options: { under: string; signal: AbortSignal },
  work: (laptops: readonly TestLaptop[]) => Promise<void>,
): Promise<void> {
  const testnet = await createTestnet(PRACTICE_LAPTOPS, options)
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

async function passRoundInTime(laptops: readonly TestLaptop[], signal: AbortSignal): Promise<void> {
  try {
    await withDeadline(PRACTICE_DEADLINE_MS, 'practice', (inner) => passRound(laptops, inner), { signal })
  } finally {
    // While the laptops are there: code compiled for objects of which a collection finds none left is thrown away.
    if (!signal.aborted) collectGarbage()
  }
}

async function passRound([source, ...others]: readonly TestLaptop[], signal: AbortSignal): Promise<void> {
  if (!source) throw new ShoalError('internal', 'nobody practises')
  signal.throwIfAborted()
  const path = join(source.home, 'practice.bin')
  await writeFile(path, systemRandom.bytes(PRACTICE_BYTES))
  const { link } = await served(source, signal, ({ shares }) => shares.add({ path, openly: false }))
  const fetchBy = (laptop: TestLaptop): Promise<Share> =>
    served(laptop, signal, ({ shares }) =>
      shares.download({ link: link!, to: laptop.home, mode: 'p2p', peers: [] }),
    )
  await Promise.all(others.map(fetchBy))
}

/** Begins a share as a page or a command does, over a link, and watches it until it is whole. */
async function served(
  { core }: TestLaptop,
  signal: AbortSignal,
  begin: (client: CoreClient) => Promise<{ id: string }>,
): Promise<Share> {
  const { client, close } = memoryClient(new RpcServer(core.router))
  try {
    const { id } = await begin(client)
    for await (const share of watchShare(client, id, { signal }))
      if (share.state.is === 'serving') return share
    throw new ShoalError('cancelled', 'the share was removed')
  } finally {
    close()
  }
}
